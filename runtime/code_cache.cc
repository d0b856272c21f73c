//===- code_cache.cc ------------------------------------------------------===//
#include "runtime/code_cache.h"

#include "runtime/hash.h"

#include <utility>

namespace blockcov {

/// A program that makes code all the time must not fill the disk.
static constexpr uint64_t kMostAdded = uint64_t(192) << 20;

CodeCache::CodeCache(const std::string &dataDir, FileOps &ops)
    : directory_(dataDir + "/code"), ops_(ops), own_(kCodeEntries, directory_, ops),
      others_(kCodeEntries, directory_, ops) {}

bool CodeCache::find(const Hash128 &name, llvm::StringRef &payload) {
  const FoundEntries::Place *place = others_.find(name);
  if (!place)
    return false;
  payload = others_.payload(*place);
  return payload.size() == place->bytes && hash64(payload) == place->hash;
}

llvm::StringRef CodeCache::peek(const Hash128 &name) {
  const FoundEntries::Place *place = others_.find(name);
  return place ? others_.payload(*place) : llvm::StringRef();
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
