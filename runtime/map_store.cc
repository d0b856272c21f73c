//===- map_store.cc -------------------------------------------------------===//
#include "runtime/map_store.h"

#include "runtime/errors.h"
#include "runtime/hash.h"
#include "runtime/map_file.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/Twine.h"

#include <array>
#include <cerrno>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

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
      return std::unique_ptr<MapStore>(new MapStore(std::move(directory), ops, moved >= 0 ? moved : fd));
    }
    ::close(fd);
    if (error)
      return ioError(directory, "lock", error);
  }
  return ioError(directory, "open", ENOENT);
}

MapStore::~MapStore() { ::close(lock_); }

llvm::Expected<Hash128> MapStore::store(llvm::StringRef payload) {
  Hash128 hash = hash128(payload);
  if (!notedOthers_)
    noteOthers();
  if (known_.count(hash))
    return hash;
  if (llvm::Error error = append(payload, hash))
    return std::move(error);
  known_.insert(hash);
  return hash;
}

/// What others add from now on may be written twice: that does no harm.
void MapStore::noteOthers() {
  notedOthers_ = true;
  for (const std::string &path : filesIn(directory_, {kMapSuffix}))
    noteMapsIn(path);
}

/// Headers only. Behind one that is damaged or cut off, what there is may be written again.
void MapStore::noteMapsIn(const std::string &path) {
  int fd = -1;
  if (ops_.open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK, fd))
    return;
  struct stat status{};
  const uint64_t size =
      ::fstat(fd, &status) == 0 && S_ISREG(status.st_mode) ? static_cast<uint64_t>(status.st_size) : 0;
  std::array<char, sizeof(MapHeader)> bytes;
  for (uint64_t at = 0; at + bytes.size() <= size;) {
    if (::pread(fd, bytes.data(), bytes.size(), static_cast<off_t>(at)) != static_cast<ssize_t>(bytes.size()))
      break;
    llvm::Expected<MapHeader> header = parseMapHeader({bytes.data(), bytes.size()}, at, path);
    if (!header) {
      llvm::consumeError(header.takeError());
      break;
    }
    at += bytes.size();
    if (header->payloadBytes > size - at)
      break;
    known_.insert(mapHash(*header));
    at += header->payloadBytes;
  }
  ::close(fd);
}

/// No descriptor stays open: the program may close all that it finds, and get the
/// number for a file of its own.
llvm::Error MapStore::append(llvm::StringRef payload, const Hash128 &hash) {
  if (owner_ != ::getpid())
    path_.clear(); // it is the parent's
  if (path_.empty()) {
    std::array<uint8_t, 8> id;
    if (::getrandom(id.data(), id.size(), 0) != static_cast<ssize_t>(id.size()))
      return ioError("getrandom", "get random bytes", errno);
    owner_ = ::getpid();
    path_ =
        (llvm::Twine(directory_) + "/" + llvm::Twine(owner_) + "-" + llvm::toHex(id, /*LowerCase=*/true) + kMapSuffix)
            .str();
  }
  int fd = -1;
  if (int error = ops_.open(path_, O_CREAT | O_WRONLY | O_APPEND | O_NOFOLLOW, fd))
    return ioError(path_, "open", error);
  std::string bytes;
  encodeMap(payload, hash, bytes);
  struct stat before{};
  int error = ::fstat(fd, &before) == 0 ? ops_.write(fd, bytes) : errno;
  if (error) {
    // Half a map does no harm, but what came behind it would be hard to find: the next one goes to another file.
    if (before.st_size == 0)
      ::unlink(path_.c_str());
    else
      (void)!::ftruncate(fd, before.st_size);
  }
  if (::close(fd) != 0 && error == 0)
    error = errno;
  if (error == 0)
    return llvm::Error::success();
  return ioError(std::exchange(path_, std::string()), "write", error);
}

} // namespace blockcov
