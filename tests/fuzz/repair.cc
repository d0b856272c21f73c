//===- repair.cc - right hashes for changed data files --------------------===//

#include "tests/fuzz/repair.h"

#include "instrument/coverage_map.h"
#include "runtime/hash.h"
#include "runtime/layout.h"

#include "llvm/ADT/StringRef.h"

#include <algorithm>
#include <cstring>

namespace blockcov::fuzz {

namespace {

using Bytes = llvm::MutableArrayRef<uint8_t>;

template <typename T> T load(Bytes bytes, size_t at) {
  T value;
  std::memcpy(&value, bytes.data() + at, sizeof value);
  return value;
}

template <typename T> void store(Bytes bytes, size_t at, const T &value) {
  std::memcpy(bytes.data() + at, &value, sizeof value);
}

llvm::StringRef text(Bytes bytes, size_t from, size_t size) {
  return {reinterpret_cast<const char *>(bytes.data()) + from, size};
}

/// How much of a record its check guards.
uint32_t guardedBytes(RecordKind kind, uint32_t bytes) {
  if (kind == RecordKind::Counters)
    return std::min(bytes, kCountersStaticBytes);
  return kind == RecordKind::Loss ? std::min(bytes, kLossStaticBytes) : bytes;
}

void repairRecords(Bytes bytes, size_t at, size_t end) {
  while (end - at >= sizeof(RecordHeader)) {
    auto header = load<RecordHeader>(bytes, at);
    if (header.kind == RecordKind::End || header.bytes < sizeof(RecordHeader) || header.bytes > end - at)
      return;
    const uint32_t guarded = guardedBytes(header.kind, header.bytes);
    header.check = recordCheck(bytes.data() + at, guarded, header.kind, at);
    store(bytes, at, header);
    at += header.bytes;
  }
}

void repairShard(Bytes bytes) {
  if (bytes.size() < sizeof(ShardHeader))
    return;
  auto header = load<ShardHeader>(bytes, 0);
  header.staticHash = hash64(text(bytes, 0, offsetof(ShardHeader, staticHash)));
  uint64_t size = 0, contexts = 0;
  if (!unguardSize(header.allocated, size))
    header.allocated = guardedSize(bytes.size());
  if (header.contexts && !unguardWord(header.contexts, contexts))
    header.contexts = guardedWord(header.contexts >> 16);
  unguardSize(header.allocated, size);
  size_t end = std::clamp<uint64_t>(size, sizeof header, bytes.size());
  if (header.state == ShardState::Sealed)
    end = std::clamp<uint64_t>(header.bodyEnd, sizeof header, end);
  else
    header.bodyEnd = header.bodyHash = 0;
  repairRecords(bytes, sizeof header, end);
  if (header.state == ShardState::Sealed)
    header.bodyHash = hash64(text(bytes, sizeof header, end - sizeof header), bodySeed(header));
  store(bytes, 0, header);
}

void repairContexts(Bytes bytes) {
  if (bytes.size() < sizeof(ContextsHeader))
    return;
  const uint64_t hash = hash64(text(bytes, 0, offsetof(ContextsHeader, headerHash)));
  store(bytes, offsetof(ContextsHeader, headerHash), hash);
  repairRecords(bytes, sizeof(ContextsHeader), bytes.size());
}

void repairEntries(Bytes bytes, const Magic &magic) {
  for (size_t at = 0; bytes.size() - at >= sizeof(EntryHeader);) {
    auto header = load<EntryHeader>(bytes, at);
    const size_t left = bytes.size() - at - sizeof header;
    if (header.preamble.magic != magic || header.payloadBytes > left)
      return;
    const llvm::StringRef payload = text(bytes, at + sizeof header, header.payloadBytes);
    if (magic == kCodeMagic) {
      header.payloadHash = hash64(payload);
    } else {
      const Hash128 name = hash128(payload);
      header.nameHigh = name.high;
      header.nameLow = name.low;
    }
    header.preamble.compilerVersion = kCompilerVersion;
    header.headerHash = hash64({reinterpret_cast<const char *>(&header), offsetof(EntryHeader, headerHash)});
    store(bytes, at, header);
    at += sizeof header + payload.size();
  }
}

} // namespace

void repair(llvm::MutableArrayRef<uint8_t> bytes) {
  if (bytes.size() < sizeof(Preamble))
    return;
  const auto magic = load<Magic>(bytes, 0);
  if (magic != kShardMagic && magic != kContextsMagic && magic != kMapMagic && magic != kCodeMagic)
    return;
  store(bytes, offsetof(Preamble, compilerVersion), kCompilerVersion); // a corpus outlives compilers
  if (magic == kShardMagic)
    repairShard(bytes);
  else if (magic == kContextsMagic)
    repairContexts(bytes);
  else
    repairEntries(bytes, magic);
}

} // namespace blockcov::fuzz
