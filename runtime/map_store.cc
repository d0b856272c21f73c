//===- map_store.cc -------------------------------------------------------===//
#include "runtime/map_store.h"

#include "runtime/errors.h"
#include "runtime/hash.h"
#include "runtime/preamble.h"
#include "runtime/shard_reader.h"

#include "llvm/ADT/Twine.h"

#include <atomic>
#include <cerrno>
#include <cstring>
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
      return std::unique_ptr<MapStore>(new MapStore(std::move(directory), ops, moved >= 0 ? moved : fd));
    }
    ::close(fd);
    if (error)
      return ioError(directory, "lock", error);
  }
  return ioError(directory, "open", ENOENT);
}

MapStore::~MapStore() { ::close(lock_); }

std::string mapFileName(const Hash128 &hash) { return hash.text() + ".map"; }

void encodeMapFile(llvm::StringRef payload, const Hash128 &hash, std::string &out) {
  MapHeader header{};
  header.preamble = {kMapMagic, kByteOrder, kFormatVersion, kCompilerVersion, sizeof(MapHeader)};
  header.payloadBytes = payload.size();
  header.payloadHigh = hash.high;
  header.payloadLow = hash.low;
  header.headerHash = hash64({reinterpret_cast<const char *>(&header), offsetof(MapHeader, headerHash)});
  out.assign(reinterpret_cast<const char *>(&header), sizeof header);
  out.append(payload.data(), payload.size());
}

llvm::Expected<Hash128> MapStore::store(llvm::StringRef payload) {
  Hash128 hash = hash128(payload);
  std::string path = directory_ + "/" + mapFileName(hash);
  struct stat status{};
  // A file of another size is a leftover of a crashed machine: write it again.
  if (::stat(path.c_str(), &status) == 0 && static_cast<uint64_t>(status.st_size) == sizeof(MapHeader) + payload.size())
    return hash;

  static std::atomic<uint64_t> next{0}; // relaxed: only distinct, in no order
  std::string temporary = (llvm::Twine(directory_) + "/" + hash.text() + "." + llvm::Twine(::getpid()) + "-" +
                           llvm::Twine(next.fetch_add(1, std::memory_order_relaxed)) + ".tmp")
                              .str();
  std::string bytes;
  encodeMapFile(payload, hash, bytes);
  int fd = -1;
  // No O_EXCL: a leftover of a killed process with our id may go.
  if (int error = ops_.open(temporary, O_CREAT | O_TRUNC | O_WRONLY | O_NOFOLLOW, fd))
    return ioError(temporary, "create", error);
  int error = ops_.write(fd, bytes);
  const char *action = "write";
  if (::close(fd) != 0 && error == 0)
    error = errno;
  if (error == 0) {
    error = ops_.rename(temporary, path);
    action = "rename";
  }
  if (error) {
    ::unlink(temporary.c_str());
    return ioError(temporary, action, error);
  }
  return hash;
}

llvm::Expected<llvm::StringRef> parseMapFile(llvm::StringRef bytes, const Hash128 &expected, llvm::StringRef path) {
  Preamble preamble;
  if (bytes.size() < sizeof preamble)
    return damaged(path, bytes.size(), "the file ends in the preamble");
  std::memcpy(&preamble, bytes.data(), sizeof preamble);
  if (llvm::Error error = checkPreamble(preamble, kMapMagic, sizeof(MapHeader), "map", path))
    return std::move(error);
  MapHeader header;
  if (bytes.size() < sizeof header)
    return damaged(path, bytes.size(), "the file ends in the header");
  std::memcpy(&header, bytes.data(), sizeof header);
  if (hash64(bytes.take_front(offsetof(MapHeader, headerHash))) != header.headerHash)
    return damaged(path, offsetof(MapHeader, headerHash), "the header's hash does not match");
  if (bytes.size() - sizeof header != header.payloadBytes)
    return damaged(path, bytes.size(),
                   "the payload has " + llvm::Twine(bytes.size() - sizeof header) + " bytes, the header says " +
                       llvm::Twine(header.payloadBytes));
  llvm::StringRef payload = bytes.drop_front(sizeof header);
  Hash128 hash = hash128(payload);
  if (hash != Hash128{header.payloadHigh, header.payloadLow})
    return damaged(path, sizeof header, "the payload's hash does not match");
  if (hash != expected)
    return damaged(path, offsetof(MapHeader, payloadHigh),
                   "this is the map " + hash.text() + ", not " + expected.text());
  return payload;
}

llvm::Expected<MapFile> readMapFile(const std::string &path, const Hash128 &expected) {
  auto buffer = readWholeFile(path);
  if (!buffer)
    return buffer.takeError();
  llvm::Expected<llvm::StringRef> payload = parseMapFile((*buffer)->getBuffer(), expected, path);
  if (!payload)
    return payload.takeError();
  return MapFile{std::move(*buffer), *payload};
}

} // namespace blockcov
