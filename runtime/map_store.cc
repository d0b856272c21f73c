//===- map_store.cc -------------------------------------------------------===//
#include "runtime/map_store.h"

#include "runtime/descriptors.h"
#include "runtime/errors.h"
#include "runtime/hash.h"

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
      return std::unique_ptr<MapStore>(new MapStore(dataDir, ops, moveOutOfTheWay(fd)));
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
  const FoundEntries::Place *place = kept_.find(hash);
  if (!place || hash128(kept_.payload(*place)) != hash)
    return false;
  if (!back_.count(place->file)) {
    const std::string &path = kept_.path(place->file);
    const std::string target = directory_ + path.substr(keptDirectory_.size());
    if (::link(path.c_str(), target.c_str()) != 0 && errno != EEXIST)
      return false;
    back_.insert(place->file);
  }
  known_.insert(hash);
  return true;
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
