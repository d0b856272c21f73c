//===- hash.cc ------------------------------------------------------------===//
#include "runtime/hash.h"

// The implementation is compiled in: no shared library, no link dependency.
#ifndef XXH_INLINE_ALL
#define XXH_INLINE_ALL
#endif
#include <xxhash.h>

namespace blockcov {

uint64_t hash64(llvm::StringRef bytes, uint64_t seed) { return XXH3_64bits_withSeed(bytes.data(), bytes.size(), seed); }

Hash128 hash128(llvm::StringRef bytes, uint64_t seed) {
  XXH128_hash_t hash = XXH3_128bits_withSeed(bytes.data(), bytes.size(), seed);
  return {hash.high64, hash.low64};
}

uint32_t recordCheck(const void *record, uint32_t staticBytes, RecordKind kind, uint64_t offset) {
  constexpr uint32_t guarded = offsetof(RecordHeader, bytes); // kind and check are not
  llvm::StringRef bytes(static_cast<const char *>(record) + guarded, staticBytes - guarded);
  return static_cast<uint32_t>(hash64(bytes, offset ^ (uint64_t(kind) << 32)));
}

static uint64_t sizeGuard(uint64_t units) {
  return hash64({reinterpret_cast<const char *>(&units), sizeof units}) & 0xffff;
}

uint64_t guardedSize(uint64_t bytes) {
  uint64_t units = bytes / kSizeUnit;
  return units << 16 | sizeGuard(units);
}

bool unguardSize(uint64_t word, uint64_t &bytes) {
  bytes = (word >> 16) * kSizeUnit;
  return sizeGuard(word >> 16) == (word & 0xffff);
}

} // namespace blockcov
