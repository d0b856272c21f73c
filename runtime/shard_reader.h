//===- shard_reader.h - a shard's bytes, checked ----------------*- C++ -*-===//
#pragma once

#include "runtime/layout.h"
#include "runtime/resolve.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Endian.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/MemoryBuffer.h"

#include <memory>
#include <vector>

namespace blockcov {

struct ShardCounters {
  Hash128 map;
  llvm::ArrayRef<llvm::support::ulittle64_t> counters; ///< borrows from the bytes
};

struct ShardLoss {
  uint32_t owner; ///< index in ShardView::counters
  Loss loss;
};

/// What a shard says. Borrows from the bytes it was parsed from.
struct ShardView {
  ShardHeader header;
  std::vector<ShardCounters> counters;
  std::vector<ShardLoss> losses;
  std::vector<ShardId> ids; ///< Merged: the processes it counts, ascending
};

/// Checks everything before it believes it; errors name `path` and an offset.
/// The counts of a shard that is not sealed are not guarded by a hash.
llvm::Expected<ShardView> parseShard(llvm::StringRef bytes, llvm::StringRef path);

/// Only the header, of a file of `fileBytes` that starts with `bytes`.
llvm::Expected<ShardHeader> parseShardHeader(llvm::StringRef bytes, uint64_t fileBytes, llvm::StringRef path);

/// A regular file in memory (not mapped: it may be truncated under our hands), but
/// for what is behind `most` bytes. Does not wait for the other end of a FIFO.
llvm::Expected<std::unique_ptr<llvm::MemoryBuffer>> readWholeFile(llvm::StringRef path, uint64_t most = UINT64_MAX);

/// Where the first hole of a sparse file begins, or its end. What is only ever
/// appended to has none: one that has is damaged, and may be larger than any memory.
uint64_t firstHole(llvm::StringRef path);

/// A shard with the bytes that its view borrows from.
struct ReadShard {
  std::unique_ptr<llvm::MemoryBuffer> bytes;
  ShardView view;
};

/// Reads a shard, of which at most `most` bytes are looked at, while its process may
/// count. The kernel does not copy a page in any order: a record that is published
/// meanwhile may be seen before what is in it. So what seems damaged is read again.
llvm::Expected<ReadShard> readShard(llvm::StringRef path, uint64_t most = UINT64_MAX);

} // namespace blockcov
