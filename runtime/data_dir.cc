//===- data_dir.cc --------------------------------------------------------===//
#include "runtime/data_dir.h"

#include "runtime/context_sums.h"
#include "runtime/errors.h"
#include "runtime/map_file.h"
#include "runtime/map_store.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/Twine.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <map>
#include <set>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace blockcov {

namespace {

namespace fs = llvm::sys::fs;
namespace path = llvm::sys::path;

void addOnce(std::vector<std::string> &list, const std::string &value) {
  if (!llvm::is_contained(list, value))
    list.push_back(value);
}

/// A descriptor with an exclusive lock that nobody waits for, or -1.
class ExclusiveLock {
public:
  ExclusiveLock(const std::string &path, int flags) : fd_(::open(path.c_str(), flags | O_CLOEXEC | O_NONBLOCK)) {
    if (fd_ >= 0 && ::flock(fd_, LOCK_EX | LOCK_NB) != 0) {
      busy_ = errno == EWOULDBLOCK;
      ::close(fd_);
      fd_ = -1;
    }
  }
  ~ExclusiveLock() {
    if (fd_ >= 0)
      ::close(fd_);
  }
  ExclusiveLock(const ExclusiveLock &) = delete;
  ExclusiveLock &operator=(const ExclusiveLock &) = delete;

  bool held() const { return fd_ >= 0; }
  bool busy() const { return busy_; } ///< someone else has it

private:
  int fd_;
  bool busy_ = false;
};

} // namespace

DataFiles findDataFiles(llvm::ArrayRef<std::string> paths) {
  DataFiles files;
  files.paths = paths.vec();
  std::vector<std::string> mapDirectories; // in the order in which to look
  for (const std::string &each : paths) {
    struct stat status{};
    if (::stat(each.c_str(), &status) != 0) {
      files.errors.push_back(llvm::toString(ioError(each, "read", errno)));
      continue;
    }
    if (S_ISDIR(status.st_mode)) {
      int error = 0;
      for (const std::string &shard : filesIn(each + "/shards", {".shard"}, &error))
        addOnce(files.shards, shard);
      if (error)
        files.errors.push_back(llvm::toString(ioError(each + "/shards", "read", error)));
      addOnce(mapDirectories, each + "/maps");
      continue;
    }
    addOnce(files.shards, each);
    // DIR/shards/X.shard has its maps in DIR/maps; one that was copied about may
    // have them beside it.
    llvm::SmallString<256> absolute(each);
    fs::make_absolute(absolute);
    llvm::StringRef parent = path::parent_path(absolute);
    addOnce(mapDirectories, (path::parent_path(parent) + "/maps").str());
    addOnce(mapDirectories, (parent + "/maps").str());
  }
  files.maps = std::make_shared<const MapIndex>(std::move(mapDirectories));
  return files;
}

MergedFiles mergeForReport(DataFiles &files, ContextSums *contexts) {
  constexpr int kMost = 50; // so many `combine`, one right after the other
  for (int turn = 0;; ++turn) {
    MergedFiles merged = mergeFiles(files.shards, /*skipLive=*/false, contexts);
    if (!merged.gone || turn == kMost)
      return merged;
    DataFiles now = findDataFiles(files.paths);
    if (now.shards == files.shards)
      return merged; // it is named there and cannot be opened: a link to nothing
    files = std::move(now);
    if (contexts)
      *contexts = ContextSums();
  }
}

//===----------------------------------------------------------------------===//
// combine
//===----------------------------------------------------------------------===//

namespace {

/// Under a temporary name first: readers see the whole file or none.
llvm::Error writeFileAtOnce(const std::string &path, llvm::StringRef bytes, FileOps &ops) {
  std::string temporary = (llvm::Twine(path) + "." + llvm::Twine(::getpid()) + ".tmp").str();
  int fd = -1;
  if (int error = ops.open(temporary, O_CREAT | O_TRUNC | O_WRONLY | O_NOFOLLOW, fd))
    return ioError(temporary, "create", error);
  const char *action = "write";
  int error = ops.write(fd, bytes);
  // The originals are removed next: this must be on the disk by then.
  if (error == 0 && ::fsync(fd) != 0 && errno != EINVAL)
    error = errno;
  if (::close(fd) != 0 && error == 0)
    error = errno;
  if (error == 0) {
    action = "rename";
    error = ops.rename(temporary, path);
  }
  if (error == 0)
    return llvm::Error::success();
  ::unlink(temporary.c_str());
  return ioError(path, action, error);
}

/// Writes the maps of merged units, under the names that their files have here.
class MapCarrier {
public:
  MapCarrier(const MapIndex &from, MapStore &to, const RenameFile &rename) : from_(from), to_(to), rename_(rename) {}

  llvm::Error carry(const Hash128 &hash) {
    llvm::Expected<MapView> map = from_.find(hash);
    if (!map) {
      errors.push_back(llvm::toString(map.takeError()));
      return llvm::Error::success();
    }
    llvm::Expected<Unit> unit = decodeUnit(map->payload);
    if (!unit) { // as it is: readers will say what is wrong with it
      llvm::consumeError(unit.takeError());
      return to_.store(map->payload).takeError();
    }
    llvm::Expected<std::string> name = rename_ ? rename_(unit->filename) : unit->filename.str();
    if (!name)
      return name.takeError();
    if (unit->sourceHash != Hash128())
      versions_[*name].insert(unit->sourceHash);
    llvm::SmallVector<char, 0> payload;
    if (unit->filename != *name) {
      unit->filename = *name;
      encodeUnit(*unit, payload);
    }
    llvm::Expected<Hash128> stored =
        to_.store(payload.empty() ? map->payload : llvm::StringRef(payload.data(), payload.size()));
    if (!stored)
      return stored.takeError();
    if (*stored != hash)
      renamed.emplace(hash, *stored);
    return llvm::Error::success();
  }

  std::vector<std::string> severalVersions() const {
    std::vector<std::string> files;
    for (const auto &[file, hashes] : versions_)
      if (hashes.size() > 1)
        files.push_back(file);
    return files;
  }

  std::map<Hash128, Hash128> renamed;
  std::vector<std::string> errors;

private:
  const MapIndex &from_;
  MapStore &to_;
  const RenameFile &rename_;
  std::map<std::string, std::set<Hash128>> versions_; ///< of each file: hashes of its source
};

bool sameFile(const std::string &left, const std::string &right) {
  struct stat a{}, b{};
  return ::stat(left.c_str(), &a) == 0 && ::stat(right.c_str(), &b) == 0 && a.st_dev == b.st_dev &&
         a.st_ino == b.st_ino;
}

} // namespace

namespace {

/// Only one `combine` at a time works on a directory of shards: two that each took
/// what the other left alone, beside what both took, would have sums that cannot be
/// told apart. Waits for the others; they come in the same order everywhere. Where a
/// file system has no such locks, there is none.
class ShardsLock {
public:
  explicit ShardsLock(const std::set<std::string> &directories) {
    std::map<std::pair<dev_t, ino_t>, int> opened;
    for (const std::string &directory : directories) {
      struct stat status{};
      int fd = ::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
      if (fd < 0)
        continue;
      if (::fstat(fd, &status) != 0 || !opened.emplace(std::pair(status.st_dev, status.st_ino), fd).second)
        ::close(fd);
    }
    for (const auto &[inode, fd] : opened) {
      while (::flock(fd, LOCK_EX) != 0 && errno == EINTR) {
      }
      descriptors_.push_back(fd);
    }
  }
  ~ShardsLock() {
    for (int fd : descriptors_)
      ::close(fd);
  }
  ShardsLock(const ShardsLock &) = delete;
  ShardsLock &operator=(const ShardsLock &) = delete;

private:
  std::vector<int> descriptors_;
};

/// Where the shards of these paths lie, and where their sum will.
std::set<std::string> shardDirectories(llvm::ArrayRef<std::string> paths, const std::string &outDir) {
  std::set<std::string> directories{outDir + "/shards"};
  for (const std::string &each : paths)
    directories.insert(fs::is_directory(each) ? each + "/shards" : path::parent_path(each).str());
  return directories;
}

} // namespace

llvm::Expected<Combined> combineFiles(llvm::ArrayRef<std::string> paths, const std::string &outDir, bool keep,
                                      FileOps &ops, const RenameFile &rename) {
  for (const std::string &directory : {outDir, outDir + "/shards"})
    if (int error = ops.makeDirectory(directory))
      return ioError(directory, "create directory", error);
  ShardsLock lock(shardDirectories(paths, outDir));
  DataFiles files = findDataFiles(paths);
  ContextSums contexts;
  MergedFiles merged = mergeFiles(files.shards, /*skipLive=*/true, &contexts);
  Combined result;
  result.shards = merged.merged.size();
  result.errors = std::move(files.errors);
  llvm::append_range(result.errors, merged.errors);
  for (const std::string &path : merged.live)
    result.errors.push_back(path + ": its process still runs, left alone");
  if (merged.merged.empty())
    return result;

  llvm::Expected<std::unique_ptr<MapStore>> maps = MapStore::create(outDir, ops);
  if (!maps)
    return maps.takeError();
  MapCarrier carrier(*files.maps, **maps, rename);
  for (const auto &[hash, unit] : merged.merge.units())
    if (llvm::Error error = carrier.carry(hash))
      return std::move(error);
  llvm::append_range(result.errors, carrier.errors);
  result.severalVersions = carrier.severalVersions();
  merged.merge.rename(carrier.renamed);
  contexts.rename(carrier.renamed);

  ShardId id = merged.merge.id();
  std::string out =
      outDir + "/shards/merged-" + llvm::toHex(llvm::ArrayRef<uint8_t>(id.data(), 8), /*LowerCase=*/true) + ".shard";
  uint64_t contextsBytes = 0;
  if (!contexts.empty()) {
    if (int error = ops.makeDirectory(outDir + "/contexts"))
      return ioError(outDir + "/contexts", "create directory", error);
    std::string bytes = contexts.encode(merged.merge);
    contextsBytes = bytes.size();
    if (llvm::Error error = writeFileAtOnce(contextsPathOf(out), bytes, ops))
      return std::move(error);
  }
  if (llvm::Error error = writeFileAtOnce(out, merged.merge.encode(contextsBytes), ops))
    return std::move(error);
  if (keep)
    return result;

  std::vector<std::string> old = std::move(merged.merged);
  llvm::append_range(old, merged.contained);
  for (const std::string &path : old) {
    if (sameFile(path, out))
      continue;
    // The contexts first: a shard that is inside of another does not need them.
    for (const std::string &each : {contextsPathOf(path), path})
      if (::unlink(each.c_str()) != 0 && errno != ENOENT)
        result.errors.push_back(llvm::toString(ioError(each, "remove", errno)));
  }
  return result;
}

//===----------------------------------------------------------------------===//
// erase
//===----------------------------------------------------------------------===//

llvm::Expected<Erased> eraseData(const std::string &dataDir) {
  Erased result;
  struct stat status{};
  if (::stat(dataDir.c_str(), &status) != 0) {
    if (errno == ENOENT)
      return result;
    return ioError(dataDir, "read", errno);
  }
  if (!S_ISDIR(status.st_mode))
    return ioError(dataDir, "read", ENOTDIR);

  auto remove = [&](const std::string &path) -> llvm::Error {
    if (::unlink(path.c_str()) == 0)
      ++result.files;
    else if (errno != ENOENT)
      return ioError(path, "remove", errno);
    return llvm::Error::success();
  };
  for (const std::string &path : filesIn(dataDir + "/shards", {".shard", ".tmp"})) {
    ExclusiveLock lock(path, O_RDONLY);
    if (lock.busy()) {
      result.kept.push_back(path::filename(path).str());
      continue;
    }
    for (const std::string &each : {contextsPathOf(path), path})
      if (llvm::Error error = remove(each))
        return std::move(error);
  }

  // Every process that measures holds a shared lock on maps/ from before it
  // looks for a map until it ends, unless the program has closed it.
  if (!result.kept.empty())
    return result;
  for (const std::string &path : filesIn(dataDir + "/contexts", {kContextsSuffix, ".tmp"}))
    if (llvm::Error error = remove(path)) // of a shard that is gone
      return std::move(error);
  ::rmdir((dataDir + "/contexts").c_str()); // only an empty one goes
  ExclusiveLock lock(dataDir + "/maps", O_RDONLY | O_DIRECTORY);
  if (lock.held())
    for (const std::string &path : filesIn(dataDir + "/maps", {kMapEntries.suffix, ".tmp"}))
      if (llvm::Error error = remove(path))
        return std::move(error);
  if (lock.held() || !fs::exists(dataDir + "/maps")) {
    // Only empty ones go.
    ::rmdir((dataDir + "/shards").c_str());
    ::rmdir((dataDir + "/maps").c_str());
    ::rmdir(dataDir.c_str());
  }
  return result;
}

} // namespace blockcov
