//===- offset_map.h - places in the original and in the rewritten code -*- C++ -*-===//
//
// Offsets that the interpreter hands out (f_lasti, tb_lasti, events) are places of
// the rewritten code; who looks them up in the original needs those of the original.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "instrument/pipeline.h"

#include <vector>

namespace blockcov {

/// All places are in units.
class OffsetMap {
public:
  OffsetMap(const Compiled &code, const Dialect &dialect);

  struct Place {
    static constexpr uint32_t kNone = ~0u;
    uint32_t unit = kNone;  ///< of the original
    bool inserted = true;   ///< nothing of the original stands there: `unit` is what comes next, or kNone
    bool copied = false;    ///< on a stub, where it runs for the one at `unit`
    bool displaced = false; ///< a copy on a stub runs for it as long as the site is armed
    bool begins = false;    ///< an instruction or a prefix of the original, not a cache
    bool stepped = false;   ///< copied, and the site that leads to it has not stood for the one at `unit`
    /// The interpreter may say of 3.11's trace functions here that the line of the instruction
    /// before begins anew: something that has no line or that goes backward leads here.
    bool mayRepeat = false;
    uint32_t onward = kNone; ///< where a jump to here arrives in the original
    uint32_t leap = kNone;   ///< where the jump that is displaced here goes, if its copy causes no event

    /// Whether an event of the instruction here is one of the original's: a copy that
    /// its site has stood for has been reported.
    bool isStep() const { return begins && (!copied || stepped); }
  };

  /// What stands at `unit` of the rewritten code. The jump of a trampoline stands for
  /// the instruction that the trampoline belongs to.
  Place originalOf(uint32_t unit) const;

  /// Where `unit` of the original stands now; never on a stub.
  uint32_t rewrittenOf(uint32_t unit) const;

  /// Where a stub has a copy of `unit` of the original, or kNone.
  uint32_t copyOf(uint32_t unit) const;

private:
  std::vector<Place> originals_;
  std::vector<uint32_t> rewritten_, copies_; ///< of each unit of the original
};

/// The location table of the rewritten code, but that what was inserted and what is
/// copied has no lines: no place of it looks like the beginning of one.
llvm::Expected<llvm::SmallVector<uint8_t, 0>> bareLineTable(const Compiled &code, const Dialect &dialect);

} // namespace blockcov
