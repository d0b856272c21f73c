//===- code_cache.cc ------------------------------------------------------===//
#include "runtime/code_cache.h"

#include "runtime/hash.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace blockcov {

/// A program that makes code all the time must not fill the disk.
static constexpr uint64_t kMostAdded = uint64_t(192) << 20;

CodeCache::CodeCache(const std::string &dataDir, FileOps &ops)
    : directory_(dataDir + "/code"), ops_(ops), own_(kCodeEntries, directory_, ops) {}

CodeCache::~CodeCache() {
  for (const File &file : files_)
    if (!file.bytes.empty())
      ::munmap(const_cast<char *>(file.bytes.data()), file.bytes.size());
}

void CodeCache::noteOthers() {
  notedOthers_ = true;
  for (const std::string &path : filesIn(directory_, {kCodeEntries.suffix})) {
    files_.push_back({path, {}});
    forEachEntry(kCodeEntries, path, ops_, [&](const EntryHeader &header, uint64_t offset) {
      places_.insert({entryName(header), {files_.size() - 1, offset, header.payloadBytes, header.payloadHash}});
    });
  }
}

void CodeCache::open(File &file) {
  if (std::exchange(file.opened, true))
    return;
  int fd = -1;
  if (ops_.open(file.path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK, fd))
    return;
  struct stat status{};
  void *memory = nullptr;
  if (::fstat(fd, &status) == 0 && S_ISREG(status.st_mode) && status.st_size > 0 &&
      ops_.map(memory, static_cast<size_t>(status.st_size), PROT_READ, MAP_PRIVATE, fd, 0) == 0)
    file.bytes = {static_cast<const char *>(memory), static_cast<size_t>(status.st_size)};
  ::close(fd);
}

/// Null if there is none.
const CodeCache::Place *CodeCache::placeOf(const Hash128 &name) {
  if (!notedOthers_)
    noteOthers();
  auto found = places_.find(name);
  return found == places_.end() ? nullptr : &found->second;
}

/// Empty if it is not there any more.
llvm::StringRef CodeCache::payloadAt(const Place &place) {
  File &file = files_[place.file];
  open(file);
  if (place.offset > file.bytes.size() || place.bytes > file.bytes.size() - place.offset)
    return {};
  return file.bytes.substr(place.offset, place.bytes);
}

bool CodeCache::find(const Hash128 &name, llvm::StringRef &payload) {
  const Place *place = placeOf(name);
  if (!place)
    return false;
  payload = payloadAt(*place);
  return payload.size() == place->bytes && hash64(payload) == place->hash;
}

llvm::StringRef CodeCache::peek(const Hash128 &name) {
  const Place *place = placeOf(name);
  return place ? payloadAt(*place) : llvm::StringRef();
}

void CodeCache::add(const Hash128 &name, llvm::StringRef payload) {
  if (added_ + payload.size() > kMostAdded || !addedNames_.insert(name).second)
    return;
  const bool first = std::exchange(added_, added_ + payload.size()) == 0;
  if (first)
    (void)ops_.makeDirectory(directory_); // if not, append() fails
  if (llvm::Error error = own_.append(payload, name, hash64(payload))) {
    llvm::consumeError(std::move(error));
    added_ = kMostAdded; // there is no room, or no right to write
  }
}

} // namespace blockcov
