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

uint64_t bodySeed(const ShardHeader &header) { return header.incomplete | uint64_t(header.contextsLost) << 32; }

uint64_t guardedWord(uint64_t value) {
  uint64_t guard = hash64({reinterpret_cast<const char *>(&value), sizeof value}) & 0xffff;
  return value << 16 | guard;
}

bool unguardWord(uint64_t word, uint64_t &value) {
  value = word >> 16;
  return guardedWord(value) == word;
}

uint64_t guardedSize(uint64_t bytes) { return guardedWord(bytes / kSizeUnit); }

bool unguardSize(uint64_t word, uint64_t &bytes) {
  bool good = unguardWord(word, bytes);
  bytes *= kSizeUnit;
  return good;
}

} // namespace blockcov
