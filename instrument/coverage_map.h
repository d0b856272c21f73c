//===- coverage_map.h - what a counter array counts ------------*- C++ -*-===//
//
// A *unit* is a top-level code object with all that nest in it, in pre-order
// over the constants. Its map stores the original code objects. Blocks, edges
// and the meaning of every counter follow from them by running the compiler
// again: the map is small and cheap to write while the program starts, and it
// cannot disagree with the code.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "instrument/mode.h"
#include "instrument/pipeline.h"

#include <memory>
#include <string>
#include <vector>

namespace blockcov {

/// 128 bits of xxHash3. `text()` is 32 lower-case hexadecimal digits.
struct Hash128 {
  uint64_t high = 0, low = 0;
  friend bool operator==(const Hash128 &, const Hash128 &) = default;
  friend auto operator<=>(const Hash128 &, const Hash128 &) = default;
  std::string text() const;
};

/// One code object of a unit.
struct UnitCode {
  CodeView view;
  int32_t parent = -1;     ///< index in the unit, -1 for the root
  uint32_t probeCount = 0; ///< counters it owns; 0 if refused
  llvm::StringRef refused; ///< why it runs as it was; empty if instrumented
};

/// Everything that the readers need to know of a unit. Strings and byte ranges
/// borrow: on writing from the interpreter, on reading from the map's bytes.
struct Unit {
  llvm::StringRef filename; ///< co_filename
  Hash128 sourceHash;       ///< of the source file's bytes, zero if there is none
  Mode mode = Mode::Counts;
  uint8_t minor = 0; ///< of CPython 3.x; names the dialect
  std::vector<UnitCode> codes;

  uint32_t counterCount() const;
};

/// The payload of a map file, without the file's header and hash (those belong
/// to runtime/map_store). Deterministic: equal units give equal bytes.
void encodeUnit(const Unit &unit, llvm::SmallVectorImpl<char> &out);

/// The reverse. `bytes` must outlive the result. Every length is checked before
/// it is believed; errors name the offset.
llvm::Expected<Unit> decodeUnit(llvm::StringRef bytes);

} // namespace blockcov
