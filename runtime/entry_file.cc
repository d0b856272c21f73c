//===- entry_file.cc ------------------------------------------------------===//
#include "runtime/entry_file.h"

#include "instrument/pipeline.h"
#include "runtime/errors.h"
#include "runtime/hash.h"
#include "runtime/preamble.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/Twine.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace blockcov {

void encodeEntry(const EntryKind &kind, llvm::StringRef payload, const Hash128 &name, uint64_t payloadHash,
                 std::string &out) {
  EntryHeader header{};
  header.preamble = {kind.magic, kByteOrder, kFormatVersion, kCompilerVersion, sizeof(EntryHeader)};
  header.payloadBytes = payload.size();
  header.nameHigh = name.high;
  header.nameLow = name.low;
  header.payloadHash = payloadHash;
  header.headerHash = hash64({reinterpret_cast<const char *>(&header), offsetof(EntryHeader, headerHash)});
  out.reserve(out.size() + sizeof header + payload.size());
  out.append(reinterpret_cast<const char *>(&header), sizeof header);
  out.append(payload.data(), payload.size());
}

static llvm::Expected<EntryHeader> parse(const EntryKind &kind, llvm::StringRef bytes, llvm::StringRef path) {
  Preamble preamble;
  if (bytes.size() < sizeof preamble)
    return damaged(path, bytes.size(), "the file ends in the preamble");
  std::memcpy(&preamble, bytes.data(), sizeof preamble);
  if (llvm::Error error = checkPreamble(preamble, kind.magic, sizeof(EntryHeader), kind.what, path))
    return std::move(error);
  EntryHeader header;
  if (bytes.size() < sizeof header)
    return damaged(path, bytes.size(), "the file ends in the header");
  std::memcpy(&header, bytes.data(), sizeof header);
  if (hash64(bytes.take_front(offsetof(EntryHeader, headerHash))) != header.headerHash)
    return damaged(path, offsetof(EntryHeader, headerHash), "the header's hash does not match");
  return header;
}

llvm::Expected<EntryHeader> parseEntryHeader(const EntryKind &kind, llvm::StringRef bytes, uint64_t offset,
                                             llvm::StringRef path) {
  llvm::Expected<EntryHeader> header = parse(kind, bytes, path);
  if (header)
    return header;
  return llvm::handleErrors(header.takeError(), [&](const DamagedFile &error) {
    return damaged(error.path, offset + error.offset, error.reason);
  });
}

void forEachEntry(const EntryKind &kind, const std::string &path, FileOps &ops,
                  llvm::function_ref<void(const EntryHeader &, uint64_t)> visit) {
  int fd = -1;
  if (ops.open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK, fd))
    return;
  struct stat status{};
  const uint64_t size =
      ::fstat(fd, &status) == 0 && S_ISREG(status.st_mode) ? static_cast<uint64_t>(status.st_size) : 0;
  std::array<char, sizeof(EntryHeader)> bytes;
  for (uint64_t at = 0; at + bytes.size() <= size;) {
    if (::pread(fd, bytes.data(), bytes.size(), static_cast<off_t>(at)) != static_cast<ssize_t>(bytes.size()))
      break;
    llvm::Expected<EntryHeader> header = parseEntryHeader(kind, {bytes.data(), bytes.size()}, at, path);
    if (!header) {
      llvm::consumeError(header.takeError());
      break;
    }
    at += bytes.size();
    if (header->payloadBytes > size - at)
      break;
    visit(*header, at);
    at += header->payloadBytes;
  }
  ::close(fd);
}

/// No descriptor stays open: the program may close all that it finds, and get the
/// number for a file of its own.
llvm::Error OwnEntryFile::append(llvm::StringRef payload, const Hash128 &name, uint64_t payloadHash) {
  if (owner_ != ::getpid())
    path_.clear(); // it is the parent's
  if (path_.empty()) {
    std::array<uint8_t, 8> id;
    if (::getrandom(id.data(), id.size(), 0) != static_cast<ssize_t>(id.size()))
      return ioError("getrandom", "get random bytes", errno);
    owner_ = ::getpid();
    path_ =
        (llvm::Twine(directory_) + "/" + llvm::Twine(owner_) + "-" + llvm::toHex(id, /*LowerCase=*/true) + kind_.suffix)
            .str();
  }
  int fd = -1;
  if (int error = ops_.open(path_, O_CREAT | O_WRONLY | O_APPEND | O_NOFOLLOW, fd))
    return ioError(path_, "open", error);
  std::string bytes;
  encodeEntry(kind_, payload, name, payloadHash, bytes);
  struct stat before{};
  int error = ::fstat(fd, &before) == 0 ? ops_.write(fd, bytes) : errno;
  if (error) {
    // Half an entry does no harm, but what came behind it would be hard to find: the next one goes to another file.
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
