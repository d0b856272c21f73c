//===- prepared_unit.h - a rewritten unit, ready to unmarshal ---*- C++ -*-===//
//
// What a later process needs to run the same unit: the marshalled bytes that splice()
// made, and how many constants of which kind their placeholders stand for. It follows
// from the unit's marshalled bytes, its source and the compiler.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "instrument/coverage_map.h"

#include "llvm/Support/Error.h"

#include <vector>

namespace blockcov {

/// What stat() says of a file that has not changed. All zero: nothing is known.
struct SourceStamp {
  int64_t modified = 0, changed = 0; ///< nanoseconds
  uint64_t size = 0, inode = 0, device = 0;
  friend bool operator==(const SourceStamp &, const SourceStamp &) = default;
};

/// One code object: counts of constants, and of Rewritten what its constants need.
struct PreparedCode {
  uint32_t constCount = 0;  ///< of the original
  uint32_t constantsOf = 0; ///< MarshalledUnit::Member::constantsOf
  Rewritten layout;         ///< when it was read, without instructions and tables
};

struct PreparedUnit {
  llvm::StringRef filename; ///< co_filename
  Hash128 sourceHash;       ///< of the source file's bytes, zero if there is none
  SourceStamp source;       ///< of the file when it had these
  Hash128 map;              ///< of the coverage map's payload
  std::vector<PreparedCode> codes;
  llvm::StringRef marshalled;

  uint32_t counterCount() const;
};

/// For decodePrepared() of the same compilerBuild() on a machine of the same byte order.
void encodePrepared(const PreparedUnit &unit, llvm::SmallVectorImpl<char> &out);

/// The reverse. `bytes` must outlive the result. Every length is checked before it is
/// believed.
llvm::Expected<PreparedUnit> decodePrepared(llvm::StringRef bytes);

} // namespace blockcov
