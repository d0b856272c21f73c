//===- map_store.cc -------------------------------------------------------===//
#include "runtime/map_store.h"

#include "runtime/errors.h"
#include "runtime/hash.h"

#include "llvm/ADT/SmallVector.h"

#include <cerrno>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace blockcov {

llvm::Expected<std::unique_ptr<MapStore>> MapStore::create(const std::string &dataDir, FileOps &ops) {
  std::string directory = dataDir + "/maps";
  // `erase` removes the empty directory under an exclusive lock: what we locked
  // must still be what the path names.
  for (int attempt = 0; attempt != 8; ++attempt) {
    if (int error = ops.makeDirectory(dataDir))
      return ioError(dataDir, "create directory", error);
    if (int error = ops.makeDirectory(directory))
      return ioError(directory, "create directory", error);
    int fd = -1;
    if (int error = ops.open(directory, O_RDONLY | O_DIRECTORY, fd)) {
      if (error == ENOENT)
        continue;
      return ioError(directory, "open", error);
    }
    int error = ops.lock(fd, LOCK_SH);
    struct stat named{}, opened{};
    if (error == 0 && ::fstat(fd, &opened) == 0 && ::stat(directory.c_str(), &named) == 0 &&
        named.st_dev == opened.st_dev && named.st_ino == opened.st_ino) {
      int moved = ::fcntl(fd, F_DUPFD_CLOEXEC, 700); // out of the program's way
      if (moved >= 0)
        ::close(fd);
      return std::unique_ptr<MapStore>(new MapStore(dataDir, ops, moved >= 0 ? moved : fd));
    }
    ::close(fd);
    if (error)
      return ioError(directory, "lock", error);
  }
  return ioError(directory, "open", ENOENT);
}

MapStore::~MapStore() { ::close(lock_); }

llvm::Expected<Hash128> MapStore::store(llvm::StringRef payload) {
  const Hash128 hash = hash128(payload);
  if (llvm::Error error = store(hash, payload))
    return std::move(error);
  return hash;
}

llvm::Error MapStore::store(const Hash128 &hash, llvm::StringRef payload) {
  if (has(hash))
    return llvm::Error::success();
  if (llvm::Error error = own_.append(payload, hash))
    return error;
  known_.insert(hash);
  keepOwn();
  return llvm::Error::success();
}

bool MapStore::has(const Hash128 &hash) {
  if (!notedOthers_)
    noteOthers();
  return known_.count(hash) || (keeps_ && bringBack(hash));
}

/// Gives the file of an earlier run with this map its name in maps/ back. The map is
/// looked at first: one that is damaged has to be written again.
bool MapStore::bringBack(const Hash128 &hash) {
  if (!notedKept_)
    noteKept();
  auto found = kept_.find(hash);
  if (found == kept_.end())
    return false;
  const Kept kept = std::move(found->second);
  kept_.erase(found);
  const std::string path = keptDirectory_ + "/" + kept.name;
  int fd = -1;
  if (ops_.open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK, fd))
    return false;
  llvm::SmallVector<char, 0> payload;
  payload.resize_for_overwrite(kept.bytes); // not more than the file had
  const bool whole =
      ::pread(fd, payload.data(), kept.bytes, static_cast<off_t>(kept.offset)) == static_cast<ssize_t>(kept.bytes);
  ::close(fd);
  if (!whole || hash128({payload.data(), payload.size()}) != hash)
    return false;
  const std::string target = directory_ + "/" + kept.name;
  if (!brought_.count(kept.name) && ::link(path.c_str(), target.c_str()) != 0 && errno != EEXIST)
    return false;
  brought_.insert(kept.name);
  known_.insert(hash);
  return true;
}

void MapStore::noteKept() {
  notedKept_ = true;
  for (const std::string &path : filesIn(keptDirectory_, {kMapEntries.suffix}))
    forEachEntry(kMapEntries, path, ops_, [&](const EntryHeader &header, uint64_t offset) {
      kept_.insert({entryName(header), {path.substr(keptDirectory_.size() + 1), offset, header.payloadBytes}});
    });
}

/// Best effort: without it, the next run writes the maps again.
void MapStore::keepOwn() {
  if (!keeps_ || keptOwn_ == own_.path())
    return;
  keptOwn_ = own_.path();
  (void)systemFileOps().makeDirectory(keptDirectory_);
  (void)!::link(keptOwn_.c_str(), (keptDirectory_ + keptOwn_.substr(directory_.size())).c_str());
}

/// What others add from now on may be written twice: that does no harm. So may
/// what stands behind a map that is damaged or cut off.
void MapStore::noteOthers() {
  notedOthers_ = true;
  for (const std::string &path : filesIn(directory_, {kMapEntries.suffix}))
    forEachEntry(kMapEntries, path, ops_,
                 [&](const EntryHeader &header, uint64_t) { known_.insert(entryName(header)); });
}

} // namespace blockcov
