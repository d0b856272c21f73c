//===- hash.h - xxHash3 over byte ranges ------------------------*- C++ -*-===//
#pragma once

#include "instrument/coverage_map.h"
#include "runtime/layout.h"

#include "llvm/ADT/StringRef.h"

namespace blockcov {

uint64_t hash64(llvm::StringRef bytes, uint64_t seed = 0);
Hash128 hash128(llvm::StringRef bytes, uint64_t seed = 0);

/// The check of a record at `offset` of its file. `record` points at the
/// record's start, its first `staticBytes` are complete but for kind and check.
uint32_t recordCheck(const void *record, uint32_t staticBytes, RecordKind kind, uint64_t offset);

/// What the hash of a shard's body guards of its header.
uint64_t bodySeed(const ShardHeader &header);

/// A number below 2^48 with 16 bits of its own hash, in one word that is stored at once.
uint64_t guardedWord(uint64_t value);

/// The reverse; false if the guard does not fit.
bool unguardWord(uint64_t word, uint64_t &value);

/// A file size with 16 bits of its own hash, in one word that is stored at once.
uint64_t guardedSize(uint64_t bytes);

/// The reverse; false if the guard does not fit.
bool unguardSize(uint64_t word, uint64_t &bytes);

} // namespace blockcov
