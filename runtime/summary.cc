//===- summary.cc ---------------------------------------------------------===//
#include "runtime/summary.h"

#include "instrument/error.h"

#include <algorithm>
#include <atomic>
#include <sched.h>
#include <system_error>
#include <thread>

namespace blockcov {

llvm::Expected<std::vector<CodeSummary>> summarise(const Unit &unit, llvm::ArrayRef<uint64_t> counters,
                                                   llvm::ArrayRef<Loss> losses) {
  UnitResolver resolver(unit);
  return summarise(unit, resolver, counters, losses);
}

llvm::Expected<std::vector<CodeSummary>> summarise(const Unit &unit, UnitResolver &resolver,
                                                   llvm::ArrayRef<uint64_t> counters, llvm::ArrayRef<Loss> losses) {
  llvm::Expected<std::vector<CodeCounts>> resolved = resolver.resolve(counters, losses, ResolveFor::Summary);
  if (!resolved)
    return resolved.takeError();
  std::vector<CodeSummary> result(resolved->size());
  for (size_t index = 0; index != result.size(); ++index) {
    const CodeCounts &code = (*resolved)[index];
    CodeSummary &summary = result[index];
    if (code.idle)
      continue;
    summary.idle = false;
    summary.calls = code.calls;
    summary.lines.assign(code.lines.begin(), code.lines.end());
    summary.raises.assign(code.raises.begin(), code.raises.end());
    for (const Site &site : code.sites) {
      summary.places.push_back(site.trueCount);
      summary.places.push_back(site.falseCount);
      for (const InFlow &flow : site.inflow)
        summary.places.push_back(flow.count);
    }
    summary.arcs = executedArcs(code, unit.codes[index].view.firstLine);
  }
  return result;
}

void inParallel(size_t count, const std::function<void(size_t)> &work, unsigned most) {
  if (most == 0) {
    cpu_set_t allowed;
    most = ::sched_getaffinity(0, sizeof allowed, &allowed) == 0 ? unsigned(CPU_COUNT(&allowed)) : 1;
  }
  std::atomic<size_t> next{0}; // relaxed: only distinct; the results are published by join()
  auto run = [&] {
    for (size_t index; (index = next.fetch_add(1, std::memory_order_relaxed)) < count;)
      work(index);
  };
  std::vector<std::thread> others;
  for (size_t thread = 1; thread < std::min<size_t>({most, count, 16}); ++thread) {
    try {
      others.emplace_back(run);
    } catch (const std::system_error &) {
      break; // no more threads: those that there are do it
    }
  }
  run();
  for (std::thread &each : others)
    each.join();
}

namespace {

/// One unit, or the error that says why it is left out.
llvm::Error readUnit(const DataFiles &files, const Hash128 &hash, const MergedUnit &merged, UnitSummary &result) {
  auto named = [&](llvm::Error error, llvm::StringRef place) {
    return makeError("%s",
                     ("map " + hash.text() + " (" + place.str() + "): " + llvm::toString(std::move(error))).c_str());
  };
  llvm::Expected<MapView> map = files.maps->find(hash);
  if (!map)
    return map.takeError();
  llvm::Expected<Unit> unit = decodeUnit(map->payload);
  if (!unit)
    return named(unit.takeError(), map->path);
  if (unit->counterCount() != merged.counters.size())
    return makeError("map %s: describes %u counters, the shards have %zu", hash.text().c_str(), unit->counterCount(),
                     merged.counters.size());
  llvm::Expected<std::vector<CodeSummary>> codes = summarise(*unit, merged.counters, merged.lossList());
  if (!codes)
    return named(codes.takeError(), unit->filename);
  result = {hash, unit->filename.str(), unit->sourceHash, unit->mode, unit->minor, std::move(*codes)};
  return llvm::Error::success();
}

} // namespace

Gathered gather(DataFiles files) {
  MergedFiles merged = mergeForReport(files);
  std::vector<std::string> errors = files.errors;
  errors.insert(errors.end(), merged.errors.begin(), merged.errors.end());
  return gather(std::move(files), merged.merge.units(), std::move(errors));
}

Gathered gather(DataFiles files, const std::map<Hash128, MergedUnit> &merged, std::vector<std::string> known) {
  Gathered result;
  result.errors = std::move(known);
  std::vector<std::pair<const Hash128 *, const MergedUnit *>> found;
  for (const auto &[hash, unit] : merged)
    found.emplace_back(&hash, &unit);
  std::vector<UnitSummary> units(found.size());
  std::vector<std::string> errors(found.size());
  inParallel(found.size(), [&](size_t index) {
    if (llvm::Error error = readUnit(files, *found[index].first, *found[index].second, units[index]))
      errors[index] = llvm::toString(std::move(error));
  });
  for (size_t index = 0; index != found.size(); ++index) {
    if (errors[index].empty())
      result.units.push_back(std::move(units[index]));
    else
      result.errors.push_back(std::move(errors[index]));
  }
  result.files = std::move(files);
  return result;
}

} // namespace blockcov
