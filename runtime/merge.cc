//===- merge.cc -----------------------------------------------------------===//
#include "runtime/merge.h"

#include "runtime/context_sums.h"
#include "runtime/errors.h"
#include "runtime/hash.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/Twine.h"
#include "llvm/Support/MathExtras.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <iterator>
#include <sys/file.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

namespace blockcov {

std::vector<Loss> MergedUnit::lossList() const {
  std::vector<Loss> result;
  for (const auto &[place, count] : losses) {
    Loss loss;
    std::tie(loss.code, loss.unit, loss.kind) = place;
    loss.count = count;
    result.push_back(loss);
  }
  return result;
}

llvm::Error Merge::check(const ShardView &shard, llvm::StringRef path) const {
  std::map<Hash128, size_t> isNew; // the first shard with these maps; how many counters
  for (const ShardCounters &each : shard.counters) {
    const MergedUnit *known = find(each.map);
    size_t expected = known ? known->counters.size() : isNew.try_emplace(each.map, each.counters.size()).first->second;
    if (expected != each.counters.size())
      return damaged(path, sizeof(ShardHeader),
                     llvm::Twine(each.counters.size()) + " counters of map " + each.map.text() +
                         ", other shards have " + llvm::Twine(expected));
  }
  return llvm::Error::success();
}

llvm::Error Merge::add(const ShardView &shard, llvm::StringRef path) {
  // Check all first: a shard counts as a whole or not at all.
  if (llvm::Error error = check(shard, path))
    return error;

  std::vector<MergedUnit *> units; // of each of the shard's records
  units.reserve(shard.counters.size());
  for (const ShardCounters &each : shard.counters) {
    MergedUnit *unit = find(each.map);
    if (!unit) {
      unit = &units_[each.map];
      index_.emplace(each.map, unit);
      unit->counters.resize(each.counters.size());
    }
    units.push_back(unit);
    std::vector<uint64_t> &sums = unit->counters;
    for (size_t index = 0; index != sums.size(); ++index)
      sums[index] = llvm::SaturatingAdd<uint64_t>(sums[index], each.counters[index]);
  }
  for (const ShardLoss &each : shard.losses) {
    if (each.loss.count == 0)
      continue;
    uint64_t &sum = units[each.owner]->losses[{each.loss.code, each.loss.unit, each.loss.kind}];
    sum = llvm::SaturatingAdd<uint64_t>(sum, each.loss.count);
  }

  std::vector<ShardId> ids;
  if (shard.header.kind == ShardKind::Merged)
    llvm::append_range(ids, shard.ids);
  else
    ids.push_back(shard.header.id);
  std::vector<ShardId> both;
  std::set_union(ids_.begin(), ids_.end(), ids.begin(), ids.end(), std::back_inserter(both));
  ids_ = std::move(both);
  if (startTime_ == 0 || shard.header.startTime < startTime_)
    startTime_ = shard.header.startTime;
  incomplete_ = std::max(incomplete_, shard.header.incomplete);
  contextsLost_ = std::max(contextsLost_, shard.header.contextsLost);
  return llvm::Error::success();
}

void Merge::rename(const std::map<Hash128, Hash128> &maps) {
  for (const auto &[from, to] : maps) {
    auto unit = units_.extract(from);
    if (unit.empty())
      continue;
    index_.erase(from);
    MergedUnit &sum = units_[to];
    index_.emplace(to, &sum);
    sum.counters.resize(unit.mapped().counters.size()); // equal code has as many
    for (size_t index = 0; index != sum.counters.size(); ++index)
      sum.counters[index] = llvm::SaturatingAdd<uint64_t>(sum.counters[index], unit.mapped().counters[index]);
    for (const auto &[place, amount] : unit.mapped().losses)
      sum.losses[place] = llvm::SaturatingAdd<uint64_t>(sum.losses[place], amount);
  }
}

ShardId Merge::id() const {
  Hash128 hash = hash128({reinterpret_cast<const char *>(ids_.data()), ids_.size() * sizeof(ShardId)});
  ShardId id;
  std::memcpy(id.data(), &hash.high, sizeof hash.high);
  std::memcpy(id.data() + sizeof hash.high, &hash.low, sizeof hash.low);
  return id;
}

namespace {

/// Appends a record with its check; `record` has a RecordHeader first.
template <typename Record>
void appendRecord(std::string &out, Record record, RecordKind kind, uint32_t staticBytes, llvm::StringRef tail,
                  uint32_t bytes) {
  size_t offset = out.size();
  record.header.kind = kind;
  record.header.bytes = bytes;
  out.append(reinterpret_cast<const char *>(&record), sizeof record);
  out.append(tail.data(), tail.size());
  out.resize(offset + bytes); // pads with zeros
  uint32_t check = recordCheck(out.data() + offset, staticBytes, kind, offset);
  std::memcpy(out.data() + offset + offsetof(RecordHeader, check), &check, sizeof check);
}

template <typename T> llvm::StringRef bytesOf(const std::vector<T> &values) {
  return {reinterpret_cast<const char *>(values.data()), values.size() * sizeof(T)};
}

} // namespace

std::string Merge::encode(uint64_t contextsBytes) const {
  std::string out(sizeof(ShardHeader), '\0');

  constexpr size_t mostIds = (kMaxRecordBytes - sizeof(IdsRecord)) / sizeof(ShardId);
  for (size_t first = 0; first < ids_.size(); first += mostIds) {
    size_t count = std::min(mostIds, ids_.size() - first);
    IdsRecord record{};
    record.header.count = static_cast<uint32_t>(count);
    auto bytes = static_cast<uint32_t>(sizeof record + count * sizeof(ShardId));
    appendRecord(out, record, RecordKind::Ids, bytes,
                 bytesOf(ids_).substr(first * sizeof(ShardId), count * sizeof(ShardId)), bytes);
  }
  uint32_t owner = 0;
  for (const auto &[map, unit] : units_) {
    CountersRecord record{};
    record.header.count = static_cast<uint32_t>(unit.counters.size());
    record.mapHigh = map.high;
    record.mapLow = map.low;
    llvm::StringRef counters = bytesOf(unit.counters);
    appendRecord(out, record, RecordKind::Counters, kCountersStaticBytes, counters,
                 recordBytes(sizeof record + counters.size()));
    for (const Loss &loss : unit.lossList()) {
      LossRecord cell{};
      cell.header.count = static_cast<uint32_t>(loss.kind);
      cell.owner = owner;
      cell.code = loss.code;
      cell.unit = loss.unit;
      cell.count = loss.count;
      appendRecord(out, cell, RecordKind::Loss, kLossStaticBytes, "", sizeof cell);
    }
    ++owner;
  }

  uint64_t bodyEnd = out.size();
  out.resize(llvm::alignTo(out.size(), kSizeUnit));
  ShardHeader header{};
  header.preamble = {kShardMagic, kByteOrder, kFormatVersion, kCompilerVersion, sizeof(ShardHeader)};
  header.startTime = startTime_;
  header.id = id();
  header.kind = ShardKind::Merged;
  header.staticHash = hash64({reinterpret_cast<const char *>(&header), offsetof(ShardHeader, staticHash)});
  header.state = ShardState::Sealed;
  header.incomplete = incomplete_;
  header.allocated = guardedSize(out.size());
  header.bodyEnd = bodyEnd;
  header.contexts = contextsBytes ? guardedWord(contextsBytes) : 0;
  header.contextsLost = contextsLost_;
  header.bodyHash = hash64(llvm::StringRef(out).slice(sizeof header, bodyEnd), bodySeed(header));
  std::memcpy(out.data(), &header, sizeof header);
  return out;
}

//===----------------------------------------------------------------------===//
// Files
//===----------------------------------------------------------------------===//

bool isLive(const std::string &path) {
  int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0)
    return false;
  bool live = ::flock(fd, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK;
  ::close(fd);
  return live;
}

namespace {

/// Reads only the header: thousands of shards are looked at before one is read.
llvm::Expected<ShardHeader> readHeader(const std::string &path) {
  int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0)
    return ioError(path, "read", errno);
  char bytes[sizeof(ShardHeader)];
  struct stat status{};
  ssize_t length = ::pread(fd, bytes, sizeof bytes, 0);
  int error = length < 0 || ::fstat(fd, &status) != 0 ? errno : 0;
  ::close(fd);
  if (error)
    return ioError(path, "read", error);
  return parseShardHeader({bytes, static_cast<size_t>(length)}, static_cast<uint64_t>(status.st_size), path);
}

/// Adds files one by one to a MergedFiles, each process once.
class FileMerger {
public:
  FileMerger(MergedFiles &result, ContextSums *contexts) : result_(result), contexts_(contexts) {}

  void addMerged(const std::string &path, const ShardView &shard);
  void addProcess(const std::string &path, const ShardId &id, uint64_t bytes);
  void report(llvm::Error error);

private:
  void add(const std::string &path, const ShardView &shard);
  llvm::Error addContexts(const std::string &path, const ShardView &shard);
  bool has(const ShardId &id) const { return llvm::is_contained(range(id), id); }
  llvm::ArrayRef<ShardId> range(const ShardId &id) const {
    const std::vector<ShardId> &ids = result_.merge.ids();
    auto bounds = std::equal_range(ids.begin(), ids.end(), id);
    return llvm::ArrayRef<ShardId>(ids).slice(bounds.first - ids.begin(), bounds.second - bounds.first);
  }

  MergedFiles &result_;
  ContextSums *contexts_; ///< null: nobody asks for them
};

void FileMerger::report(llvm::Error error) {
  error = llvm::handleErrors(std::move(error), [&](std::unique_ptr<IoError> io) -> llvm::Error {
    result_.gone |= io->number == ENOENT;
    return llvm::Error(std::move(io));
  });
  result_.errors.push_back(llvm::toString(std::move(error)));
}

void FileMerger::add(const std::string &path, const ShardView &shard) {
  // Contexts first: adding the shard cannot fail after its check.
  if (contexts_ && shard.header.contexts) {
    if (llvm::Error error = result_.merge.check(shard, path))
      return report(std::move(error));
    if (llvm::Error error = addContexts(path, shard))
      return report(std::move(error));
  }
  if (llvm::Error error = result_.merge.add(shard, path))
    return report(std::move(error));
  if (contexts_ && shard.header.contextsLost)
    report(ioError(path, "hold every switch of contexts of its process", static_cast<int>(shard.header.contextsLost)));
  result_.merged.push_back(path);
  if (shard.header.incomplete)
    report(ioError(path, "hold every count of its process", static_cast<int>(shard.header.incomplete)));
}

llvm::Error FileMerger::addContexts(const std::string &path, const ShardView &shard) {
  const std::string contextsPath = contextsPathOf(path);
  uint64_t end = 0;
  unguardWord(shard.header.contexts, end); // checked when the header was read
  auto buffer = readWholeFile(contextsPath, end);
  if (!buffer)
    return buffer.takeError();
  llvm::StringRef bytes = (*buffer)->getBuffer();
  if (bytes.size() < end)
    return damaged(contextsPath, bytes.size(), "the file is truncated, it had " + llvm::Twine(end) + " bytes");
  return contexts_->add(shard, bytes.take_front(end), contextsPath); // what follows was never finished
}

void FileMerger::addMerged(const std::string &path, const ShardView &shard) {
  size_t known = llvm::count_if(shard.ids, [&](const ShardId &id) { return has(id); });
  if (known == shard.ids.size()) {
    result_.contained.push_back(path);
    return;
  }
  if (known != 0)
    return report(damaged(path, sizeof(ShardHeader),
                          llvm::Twine(known) + " of the " + llvm::Twine(shard.ids.size()) +
                              " processes in it are in another merged shard too"));
  add(path, shard);
}

void FileMerger::addProcess(const std::string &path, const ShardId &id, uint64_t bytes) {
  if (has(id)) {
    result_.contained.push_back(path);
    return;
  }
  llvm::Expected<ReadShard> shard = readShard(path, bytes);
  if (!shard)
    return report(shard.takeError());
  add(path, shard->view);
}

} // namespace

MergedFiles mergeFiles(llvm::ArrayRef<std::string> paths, bool skipLive, ContextSums *contexts) {
  MergedFiles result;
  FileMerger merger(result, contexts);
  struct Known {
    ShardId id;
    uint64_t bytes; ///< no more of the file is looked at
    std::string path;
  };
  std::vector<Known> processes;
  std::vector<std::tuple<size_t, std::string, uint64_t>> merged; // how many ids, path, bytes
  for (const std::string &path : paths) {
    if (skipLive && isLive(path)) {
      result.live.push_back(path);
      continue;
    }
    llvm::Expected<ShardHeader> header = readHeader(path);
    if (!header) {
      merger.report(header.takeError());
      continue;
    }
    if (header->continues && isLive(path)) {
      result.live.push_back(path);
      continue;
    }
    uint64_t bytes = 0;
    unguardSize(header->allocated, bytes); // checked with the header
    if (header->kind == ShardKind::Process) {
      processes.push_back({header->id, bytes, path});
      continue;
    }
    merged.emplace_back(header->bodyEnd, path, bytes); // sorts by what is inside, roughly
  }

  // Merged shards first, the one with most inside before those it contains.
  for (auto &[size, path, bytes] : merged) {
    auto buffer = readWholeFile(path, bytes);
    if (!buffer)
      continue; // again below, with its error
    llvm::Expected<ShardView> shard = parseShard((*buffer)->getBuffer(), path);
    if (!shard)
      llvm::consumeError(shard.takeError());
    else
      size = shard->ids.size();
  }
  llvm::sort(merged, [](const auto &left, const auto &right) {
    const auto &[leftIds, leftPath, leftBytes] = left;
    const auto &[rightIds, rightPath, rightBytes] = right;
    return leftIds != rightIds ? leftIds > rightIds : leftPath < rightPath;
  });
  for (const auto &[size, path, bytes] : merged) {
    auto buffer = readWholeFile(path, bytes);
    if (!buffer) {
      merger.report(buffer.takeError());
      continue;
    }
    llvm::Expected<ShardView> shard = parseShard((*buffer)->getBuffer(), path);
    if (!shard) {
      merger.report(shard.takeError());
      continue;
    }
    merger.addMerged(path, *shard);
  }
  for (const auto &[id, bytes, path] : processes)
    merger.addProcess(path, id, bytes);
  return result;
}

} // namespace blockcov
