//===- exception_table.h - co_exceptiontable --------------------*- C++ -*-===//
#pragma once

#include "instrument/varint.h"

#include "llvm/Support/Error.h"

namespace blockcov {

/// Units [start, end) are handled at `target`. All in 16-bit units.
struct ExceptionEntry {
  uint32_t start = 0, end = 0, target = 0, depth = 0;
  bool lasti = false;
  friend bool operator==(const ExceptionEntry &, const ExceptionEntry &) = default;
};

/// Entries in ascending order, disjoint, inside of `unitCount` units; anything
/// else is an error, since CPython's binary search would misread it.
llvm::Expected<llvm::SmallVector<ExceptionEntry, 0>> decodeExceptionTable(llvm::ArrayRef<uint8_t> table,
                                                                          uint32_t unitCount);

void encodeExceptionTable(llvm::ArrayRef<ExceptionEntry> entries, ByteBuffer &out);

} // namespace blockcov
