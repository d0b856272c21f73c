//===- data_file.cc - any bytes where a data file should be ---------------===//

#include "tests/fuzz/data_file.h"

#include "instrument/compiled_code.h"
#include "instrument/coverage_map.h"
#include "instrument/marshalled_unit.h"
#include "instrument/prepared_unit.h"
#include "runtime/code_cache.h"
#include "runtime/context_sums.h"
#include "runtime/map_file.h"
#include "runtime/map_index.h"
#include "runtime/merge.h"
#include "runtime/shard_reader.h"
#include "runtime/summary.h"
#include "tests/fuzz/check.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/raw_ostream.h"

#include <string>
#include <unistd.h>

namespace blockcov::fuzz {

namespace {

/// What a shard that is made up for contexts may have of counters, and a unit of code.
constexpr uint32_t kMostCounters = 4096;
constexpr size_t kMostCode = 2048;

/// A data directory that goes away with the process.
class DataDir {
public:
  DataDir() {
    llvm::SmallString<128> path;
    if (::access("/dev/shm", W_OK) == 0)
      path = ("/dev/shm/blockcov-fuzz-" + llvm::Twine(::getpid())).str();
    else
      llvm::sys::fs::createUniqueDirectory("blockcov-fuzz", path);
    path_ = path.str().str();
    for (const char *folder : {"shards", "contexts", "maps", "code"})
      check(!llvm::sys::fs::create_directories(path_ + "/" + folder), "a directory can be made");
  }
  ~DataDir() { llvm::sys::fs::remove_directories(path_); }
  DataDir(const DataDir &) = delete;
  DataDir &operator=(const DataDir &) = delete;

  const std::string &path() const { return path_; }

  std::string write(const char *name, llvm::StringRef bytes) const {
    std::string path = path_ + "/" + name;
    std::error_code error;
    llvm::raw_fd_ostream(path, error) << bytes;
    check(!error, "a file can be written");
    return path;
  }

private:
  std::string path_;
};

/// The value, or nothing if there is an error, whose text has to say something.
template <typename T> std::optional<T> unless(llvm::Expected<T> value) {
  if (value)
    return std::move(*value);
  check(!llvm::toString(value.takeError()).empty(), "an error has a text");
  return std::nullopt;
}

bool unless(llvm::Error error) {
  if (!error)
    return true;
  check(!llvm::toString(std::move(error)).empty(), "an error has a text");
  return false;
}

bool sameUnits(const Merge &left, const Merge &right) {
  auto same = [](const auto &a, const auto &b) {
    return a.first == b.first && a.second.counters == b.second.counters && a.second.losses == b.second.losses;
  };
  return left.units().size() == right.units().size() &&
         std::equal(left.units().begin(), left.units().end(), right.units().begin(), same);
}

void readShardFile(const DataDir &directory, llvm::StringRef bytes) {
  const std::string path = directory.write("shards/1.shard", bytes);
  ContextSums contexts;
  MergedFiles files = mergeFiles({path}, /*skipLive=*/true, &contexts);
  check(files.merged.size() + files.errors.size() + files.live.size() + files.contained.size() > 0,
        "a shard is merged or there is an error");
  std::optional<ShardView> view = unless(parseShard(bytes, path));
  if (!view)
    return;
  Merge once, twice;
  if (!unless(once.add(*view, path)))
    return;
  check(unless(twice.add(*view, path)) && unless(twice.add(*view, path)), "what was added can be added again");
  for (const Merge *merge : {&once, &twice}) {
    std::string merged = merge->encode();
    std::optional<ShardView> again = unless(parseShard(merged, "merged"));
    Merge read;
    check(again && unless(read.add(*again, "merged")), "a merged shard can be read");
    check(sameUnits(*merge, read), "a merged shard has the sums");
  }
}

/// The shard whose counts the file may divide, if it is any.
struct MadeUp {
  ShardView view;
  std::vector<llvm::support::ulittle64_t> counters;

  explicit MadeUp(const ContextsView &contexts) : counters(kMostCounters, llvm::support::ulittle64_t(7)) {
    view.header = ShardHeader();
    view.header.id = contexts.header.id;
    view.header.kind = contexts.header.kind;
    for (const ContextsUnit &unit : contexts.units)
      if (unit.counterCount <= kMostCounters)
        view.counters.push_back(
            {unit.map, llvm::ArrayRef<llvm::support::ulittle64_t>(counters).take_front(unit.counterCount)});
    for (uint32_t owner = 0; owner != view.counters.size(); ++owner)
      view.losses.push_back({owner, {0, owner, LossKind::Started, 1}});
  }
};

void readContextsFile(llvm::StringRef bytes) {
  std::optional<ContextsView> contexts =
      unless(readContexts(bytes, "1.contexts", [](const ContextsView &, const Segment &) {}));
  if (!contexts)
    return;
  MadeUp shard(*contexts);
  Merge merge;
  ContextSums sums;
  if (!unless(merge.add(shard.view, "1.shard")) || !unless(sums.add(shard.view, bytes, "1.contexts")))
    return;
  check(unless(sums.add(shard.view, bytes, "1.contexts")), "contexts that were added can be added again");
  for (const auto &[map, unit] : merge.units()) {
    std::vector<bool> names = sums.namesIn(map);
    for (bool outside : {false, true})
      check(sums.select(map, unit, names, outside).counters.size() == unit.counters.size(),
            "a selection has all cells");
  }
  check(unless(readContexts(sums.encode(merge), "merged", [](const ContextsView &, const Segment &) {})).has_value(),
        "the contexts of a merged shard can be read");
}

/// What a report makes of a unit that may be anything.
void readUnit(llvm::StringRef payload) {
  std::optional<Unit> unit = unless(decodeUnit(payload));
  if (!unit)
    return;
  llvm::SmallVector<char, 0> bytes, again;
  encodeUnit(*unit, bytes);
  std::optional<Unit> same = unless(decodeUnit({bytes.data(), bytes.size()}));
  check(same.has_value(), "a unit that was written can be read");
  encodeUnit(*same, again);
  check(bytes == again, "a unit that was read is written as it was");
  size_t code = 0;
  for (const UnitCode &each : unit->codes)
    code += each.view.code.size();
  if (code > kMostCode || unit->counterCount() > kMostCounters)
    return;
  std::vector<uint64_t> counters(unit->counterCount(), 3);
  (void)unless(summarise(*unit, counters, {}));
}

/// The names of all that look like entries, and one that none has.
std::vector<Hash128> entryNames(const EntryKind &kind, llvm::StringRef bytes) {
  const llvm::StringRef magic(reinterpret_cast<const char *>(kind.magic.data()), kind.magic.size());
  std::vector<Hash128> names{Hash128()};
  for (size_t at = bytes.find(magic); at != llvm::StringRef::npos && names.size() < 64; at = bytes.find(magic, at + 1))
    if (auto header = unless(parseEntryHeader(kind, bytes.drop_front(at), at, "1")))
      names.push_back(entryName(*header));
  return names;
}

void readMapFile(const DataDir &directory, llvm::StringRef bytes) {
  directory.write("maps/1.map", bytes);
  MapIndex index({directory.path() + "/maps"});
  for (const Hash128 &name : entryNames(kMapEntries, bytes))
    if (std::optional<MapView> map = unless(index.find(name)))
      readUnit(map->payload);
}

/// What is prepared, and what is in it: the bytes of a unit and its map.
void readPrepared(llvm::StringRef payload) {
  std::optional<PreparedUnit> unit = unless(decodePrepared(payload));
  if (!unit)
    return;
  std::optional<MarshalledUnit> parsed = unless(MarshalledUnit::parse(unit->marshalled));
  if (!parsed || unit->marshalled.size() > kMostCode)
    return;
  const std::vector<Rewritten> rewritten(parsed->members().size());
  llvm::SmallVector<char, 0> spliced;
  parsed->splice(rewritten, /*more=*/1, spliced);
  check(unless(MarshalledUnit::parse({spliced.data(), spliced.size()})).has_value(), "what was spliced can be read");
}

void readCodeFile(const DataDir &directory, llvm::StringRef bytes) {
  directory.write("code/1.code", bytes);
  CodeCache cache(directory.path());
  for (const Hash128 &name : entryNames(kCodeEntries, bytes)) {
    llvm::StringRef payload;
    if (!cache.find(name, payload))
      continue;
    readPrepared(payload);
    const size_t count = payload.empty() ? 0 : static_cast<uint8_t>(payload.front()) & 0x7f;
    auto codes = unless(decodeCompiled(payload, count));
    if (!codes)
      continue;
    llvm::SmallVector<char, 0> written;
    encodeCompiled(*codes, written);
    check(unless(decodeCompiled({written.data(), written.size()}, count)).has_value(), "what was written can be read");
  }
}

} // namespace

void readDataFile(llvm::StringRef bytes) {
  static const DataDir directory;
  auto begins = [&](const Magic &magic) {
    return bytes.take_front(magic.size()) ==
           llvm::StringRef(reinterpret_cast<const char *>(magic.data()), magic.size());
  };
  const bool known = llvm::any_of(llvm::ArrayRef<Magic>{kShardMagic, kContextsMagic, kMapMagic, kCodeMagic}, begins);
  auto may = [&](const Magic &magic) { return !known || begins(magic); };
  if (may(kShardMagic))
    readShardFile(directory, bytes);
  if (may(kContextsMagic))
    readContextsFile(bytes);
  if (may(kMapMagic))
    readMapFile(directory, bytes);
  if (may(kCodeMagic))
    readCodeFile(directory, bytes);
}

} // namespace blockcov::fuzz
