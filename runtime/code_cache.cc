//===- code_cache.cc ------------------------------------------------------===//
#include "runtime/code_cache.h"

#include "runtime/hash.h"

#include <fcntl.h>
#include <unistd.h>
#include <utility>

namespace blockcov {

/// A program that makes code all the time must not fill the disk.
static constexpr uint64_t kMostAdded = uint64_t(64) << 20;

CodeCache::CodeCache(const std::string &dataDir, FileOps &ops)
    : directory_(dataDir + "/code"), ops_(ops), own_(kCodeEntries, directory_, ops) {}

void CodeCache::noteOthers() {
  notedOthers_ = true;
  for (const std::string &path : filesIn(directory_, {kCodeEntries.suffix})) {
    files_.push_back(path);
    forEachEntry(kCodeEntries, path, ops_, [&](const EntryHeader &header, uint64_t offset) {
      places_.insert({entryName(header), {files_.size() - 1, offset, header.payloadBytes, header.payloadHash}});
    });
  }
}

bool CodeCache::find(const Hash128 &name, llvm::SmallVectorImpl<char> &payload) {
  if (!notedOthers_)
    noteOthers();
  auto found = places_.find(name);
  if (found == places_.end())
    return false;
  const Place &place = found->second;
  int fd = -1;
  if (ops_.open(files_[place.file], O_RDONLY | O_NOFOLLOW | O_NONBLOCK, fd))
    return false;
  payload.resize_for_overwrite(place.bytes); // not more than the file had
  const bool whole =
      ::pread(fd, payload.data(), place.bytes, static_cast<off_t>(place.offset)) == static_cast<ssize_t>(place.bytes);
  ::close(fd);
  return whole && hash64({payload.data(), payload.size()}) == place.hash;
}

void CodeCache::add(const Hash128 &name, llvm::StringRef payload) {
  if (added_ + payload.size() > kMostAdded || !ownNames_.insert(name).second)
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
