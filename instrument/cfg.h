//===- cfg.h - basic blocks and typed edges ---------------------*- C++ -*-===//
//
// Only transfers that the interpreter makes of its own accord are edges. An
// exception that a landing pad records is no edge: its count is known for each
// instruction and enters the flow equations as a constant (see resolve.cc).
//
// A block ends at every jump, return, raise and suspension, not at calls: what
// did not run after a raise in the middle of a block is subtracted.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "instrument/dialect/dialect.h"
#include "instrument/ir.h"
#include "instrument/mode.h"

namespace blockcov {

enum class EdgeKind : uint8_t {
  Entry,   ///< exit node -> block 0: the code object is called
  Fall,    ///< falls through, or a suspended frame is resumed
  Jump,    ///< the jump is taken
  Return,  ///< leaves for good
  Suspend, ///< suspended and never resumed (or still suspended)
  Throw,   ///< re-raised where no landing pad looks: to a handler or out of the frame
  Moved,   ///< 3.11: generator.throw() moves the frame from YIELD_VALUE to SEND's target
};

/// Where the probe of an edge can stand.
enum class Slot : uint8_t {
  None,             ///< nowhere: the edge's count must follow from others
  Head,             ///< at the head of the target, whose only way in it is
  BeforeTerminator, ///< before the last instruction of the source, whose only way out it is
  AfterSource,      ///< between source and target, passed by falling through only
  Trampoline,       ///< on a stretch of its own that jumps on to the target
  AfterSend,        ///< between SEND and YIELD_VALUE
  Arrival,          ///< at the head of the target, which others reach too: they have probes, and are taken off
};

struct Edge {
  BlockId from, to; ///< invalid: the exit node
  EdgeKind kind = EdgeKind::Fall;
  Slot slot = Slot::None;
};

struct Block {
  uint32_t first = 0, end = 0; ///< instructions [first, end); may be empty
  uint32_t head = 0;           ///< a head probe goes before this instruction
  bool isHandler = false;      ///< an exception-table entry leads here
  uint32_t loopDepth = 0;
  llvm::SmallVector<uint32_t, 2> in, out; ///< edges
  uint32_t last() const { return end - 1; }
  bool empty() const { return first == end; }
};

/// Blocks are in layout order; block 0 is the entry. Edge 0 is the Entry edge.
struct Cfg {
  llvm::SmallVector<Block, 0> blocks;
  llvm::SmallVector<Edge, 0> edges;
  llvm::SmallVector<BlockId, 0> blockOf; ///< of each instruction

  /// The block that control enters by a jump or a raise to this instruction, which begins one.
  BlockId enteredAt(InstrId instr) const {
    BlockId block = blockOf[instr.value];
    // An empty block in front of it is where its jumps go.
    if (block.value > 0 && blocks[block.value - 1].empty() && blocks[block.value - 1].first == instr.value)
      --block.value;
    return block;
  }

  /// True if control can come from the block before in layout order.
  bool isFallenInto(uint32_t block) const;
};

/// The slots of some edges depend on the placement that is going to use them. The
/// result takes over the memory of `room`, whatever that held.
Cfg buildCfg(const Function &fn, const Dialect &dialect, Placement placement = Placement::Fewest, Cfg room = {});

} // namespace blockcov
