//===- preamble.h - the check of a file's first bytes -----------*- C++ -*-===//
#pragma once

#include "runtime/layout.h"

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

namespace blockcov {

/// Checks magic, byte order, versions and header size, in this order, so that
/// the reason is the first thing that is wrong. `what` is "shard" or "map".
llvm::Error checkPreamble(const Preamble &preamble, const Magic &magic, uint32_t headerBytes, llvm::StringRef what,
                          llvm::StringRef path);

} // namespace blockcov
