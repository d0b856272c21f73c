//===- code_view.h - what goes in and what comes out ------------*- C++ -*-===//
#pragma once

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"

#include <cstdint>

namespace blockcov {

/// One code object as the compiler sees it. Every view borrows from the caller.
struct CodeView {
  llvm::StringRef name;
  llvm::StringRef qualname;
  llvm::ArrayRef<uint8_t> code;           ///< co_code, inline caches zero
  llvm::ArrayRef<uint8_t> lineTable;      ///< co_linetable
  llvm::ArrayRef<uint8_t> exceptionTable; ///< co_exceptiontable
  int32_t firstLine = 0;
  uint32_t flags = 0;      ///< co_flags
  uint32_t stackSize = 0;  ///< co_stacksize
  uint32_t constCount = 0; ///< len(co_consts)
};

/// Mode::Hits: units that lead to a stub until all probes of it have fired; then
/// `clean` takes their place. One unit is 16 bits, the opcode in the lower byte.
struct PatchSite {
  uint32_t unit = 0;
  uint8_t units = 0;    ///< 1 or 2
  bool argOnly = false; ///< a jump of its own: only the arguments change
  /// Bit k: unit - 1 + k and the one after may be fused once they are clean (3.11, 3.12).
  uint8_t fuses = 0;
  uint8_t probes = 0; ///< that have to fire
  uint16_t armed[2] = {0, 0}, clean[2] = {0, 0};
};
static_assert(sizeof(PatchSite) == 16, "kept for each site as long as its code object");

/// Mode::Hits: a landing pad begins at unit `pad`, in front of the handler at unit
/// `handler`, or of none.
struct PadPlace {
  static constexpr uint32_t kNoHandler = ~0u;
  uint32_t pad = 0, handler = kNoHandler;
};

/// The rewritten code object. It expects its constants to be the original ones
/// followed by `probeCount` probes, in counter order, and then `padCount` landing
/// pads. Pad 0 is asked for exceptions, the others for the lasti of a re-raise.
struct Rewritten {
  llvm::SmallVector<uint8_t, 0> code;
  llvm::SmallVector<uint8_t, 0> lineTable;
  llvm::SmallVector<uint8_t, 0> exceptionTable;
  uint32_t stackSize = 0;
  uint32_t probeCount = 0;
  uint32_t padCount = 0;
  llvm::SmallVector<PatchSite, 0> sites;    ///< Mode::Hits; empty: the probes count for ever
  llvm::SmallVector<uint32_t, 0> siteOf;    ///< of each probe
  llvm::SmallVector<PadPlace, 0> padPlaces; ///< Mode::Hits: those of pad 0
};

} // namespace blockcov
