//===- context_counts.cc --------------------------------------------------===//
#include "runtime/context_counts.h"

#include "instrument/error.h"

#include "llvm/ADT/STLExtras.h"

#include <optional>

namespace blockcov {

ContextData readContextData(DataFiles files) {
  ContextData data;
  MergedFiles merged = mergeForReport(files, &data.sums);
  data.errors = files.errors;
  llvm::append_range(data.errors, merged.errors);
  data.units = merged.merge.units();
  data.files = std::move(files);
  return data;
}

Gathered gatherContexts(const ContextData &data, const std::vector<bool> &names, bool outside) {
  std::map<Hash128, MergedUnit> selected;
  for (const auto &[map, unit] : data.units)
    selected.emplace(map, data.sums.select(map, unit, names, outside));
  return gather(data.files, selected, data.errors);
}

namespace {

/// A unit of the file, decoded and compiled once for all contexts.
struct FileUnit {
  Hash128 map;
  const MergedUnit *total;
  Unit unit;
  std::optional<UnitResolver> resolver;
};

bool ran(const FileCounts &counts) {
  return llvm::any_of(counts.lines, [](uint64_t count) { return count != 0; }) || !counts.raises.empty();
}

llvm::Error openUnit(const ContextData &data, FileUnit &file) {
  auto found = data.units.find(file.map);
  if (found == data.units.end())
    return makeError("map %s: nothing counted it", file.map.text().c_str());
  file.total = &found->second;
  llvm::Expected<MapView> map = data.files.maps->find(file.map);
  if (!map)
    return map.takeError();
  llvm::Expected<Unit> unit = decodeUnit(map->payload);
  if (!unit)
    return unit.takeError();
  file.unit = std::move(*unit);
  file.resolver.emplace(file.unit);
  return llvm::Error::success();
}

llvm::Expected<FileCounts> countOne(const ContextData &data, llvm::StringRef analysis, std::vector<FileUnit> &units,
                                    const std::vector<bool> &names, bool outside) {
  std::vector<UnitSummary> summaries(units.size());
  std::vector<const UnitSummary *> pointers;
  for (size_t index = 0; index != units.size(); ++index) {
    FileUnit &each = units[index];
    MergedUnit part = data.sums.select(each.map, *each.total, names, outside);
    llvm::Expected<std::vector<CodeSummary>> codes =
        summarise(each.unit, *each.resolver, part.counters, part.lossList());
    if (!codes)
      return codes.takeError();
    summaries[index].codes = std::move(*codes);
    pointers.push_back(&summaries[index]);
  }
  return countFile(analysis, pointers, /*everything=*/true);
}

} // namespace

llvm::Expected<std::vector<ContextFile>> countContexts(const ContextData &data, llvm::StringRef analysis,
                                                       llvm::ArrayRef<Hash128> maps) {
  std::vector<FileUnit> units(maps.size());
  const size_t nameCount = data.sums.names().size();
  std::vector<bool> touched(nameCount + 1);
  touched[nameCount] = true; // perhaps
  for (size_t index = 0; index != maps.size(); ++index) {
    units[index].map = maps[index];
    if (llvm::Error error = openUnit(data, units[index]))
      return std::move(error);
    std::vector<bool> here = data.sums.namesIn(maps[index]);
    for (size_t name = 0; name != nameCount; ++name)
      if (here[name])
        touched[name] = true;
  }
  std::vector<ContextFile> files;
  for (uint32_t name = 0; name != touched.size(); ++name)
    if (touched[name])
      files.emplace_back().name = name;
  std::vector<std::string> errors(files.size());
  inParallel(files.size(), [&](size_t index) {
    std::vector<bool> names(nameCount);
    const bool outside = files[index].name == nameCount;
    if (!outside)
      names[files[index].name] = true;
    llvm::Expected<FileCounts> counts = countOne(data, analysis, units, names, outside);
    if (counts)
      files[index].counts = std::move(*counts);
    else
      errors[index] = llvm::toString(counts.takeError());
  });
  for (const std::string &error : errors)
    if (!error.empty())
      return makeError("%s", error.c_str());
  llvm::erase_if(files, [](const ContextFile &file) { return !ran(file.counts); });
  return files;
}

} // namespace blockcov
