//===- repair.h - right hashes for changed data files -----------*- C++ -*-===//
//
// Data files are guarded by hashes, which no chance change leaves right. So a fuzzer
// would never get behind them, and what a reader does with the rest would not be
// tried. This puts the hashes right that the bytes themselves say are there.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "llvm/ADT/ArrayRef.h"

#include <cstdint>

namespace blockcov::fuzz {

/// Puts right what guards a shard, a contexts file or a file of entries; which of
/// them it is, its magic number says; and makes it of this version of the compiler.
/// Other bytes stay as they are.
void repair(llvm::MutableArrayRef<uint8_t> bytes);

} // namespace blockcov::fuzz
