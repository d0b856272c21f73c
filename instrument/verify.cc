//===- verify.cc - invariants between the stages --------------------------===//

#include "instrument/verify.h"
#include "instrument/decode.h"
#include "instrument/error.h"

#include "llvm/ADT/IntEqClasses.h"

namespace blockcov {

llvm::Error verifyCfg(const Function &fn, const Cfg &cfg, const Dialect &dialect) {
  uint32_t next = 0;
  for (uint32_t number = 0; number < cfg.blocks.size(); ++number) {
    const Block &block = cfg.blocks[number];
    if (block.first != next || block.end < block.first)
      return makeError("cfg: block %u has instructions %u to %u, expected to start at %u", number, block.first,
                       block.end, next);
    next = block.end;
    if (block.head < block.first || block.head > block.end)
      return makeError("cfg: the head of block %u is outside of it", number);
    for (uint32_t i = block.first; i < block.end; ++i) {
      if (cfg.blockOf[i].value != number)
        return makeError("cfg: instruction %u is not mapped to its block %u", i, number);
      const OpcodeInfo &info = dialect.info(fn.instrs[i].op);
      if (i != block.last() && (info.isJump || info.flow != Flow::Next))
        return makeError("cfg: %s ends no block (instruction %u)", info.name, i);
    }
    if (block.out.empty())
      return makeError("cfg: block %u has no way out", number);
    for (uint32_t edge : block.in)
      if (cfg.edges[edge].to.value != number)
        return makeError("cfg: edge %u does not lead into block %u", edge, number);
    for (uint32_t edge : block.out)
      if (cfg.edges[edge].from.value != number)
        return makeError("cfg: edge %u does not lead out of block %u", edge, number);
  }
  if (next != fn.instrs.size())
    return makeError("cfg: blocks end at instruction %u, the code has %zu", next, fn.instrs.size());
  for (uint32_t number = 0; number < cfg.edges.size(); ++number) {
    const Edge &edge = cfg.edges[number];
    if (edge.kind == EdgeKind::Fall && edge.to.value != edge.from.value + 1)
      return makeError("cfg: edge %u falls from block %u to block %u", number, edge.from.value, edge.to.value);
    if (edge.slot == Slot::BeforeTerminator && cfg.blocks[edge.from.value].out.size() != 1)
      return makeError("cfg: edge %u would be counted along with others", number);
    if (edge.slot == Slot::Arrival && (cfg.blocks[edge.to.value].isHandler || edge.kind != EdgeKind::Jump))
      return makeError("cfg: exceptions or falling in would be counted along with edge %u", number);
    if (edge.slot == Slot::Head && (cfg.blocks[edge.to.value].in.size() != 1 || cfg.blocks[edge.to.value].isHandler))
      return makeError("cfg: others would be counted along with edge %u", number);
  }
  return llvm::Error::success();
}

llvm::Error verifyPlan(const Cfg &cfg, const ProbePlan &plan) {
  uint32_t exitNode = uint32_t(cfg.blocks.size());
  llvm::IntEqClasses joined(exitNode + 1);
  for (uint32_t edge = 0; edge < cfg.edges.size(); ++edge) {
    const Edge &e = cfg.edges[edge];
    ProbeId probe = plan.probeOf[edge];
    if (!probe.valid()) {
      uint32_t from = e.from.valid() ? e.from.value : exitNode;
      uint32_t to = e.to.valid() ? e.to.value : exitNode;
      if (plan.mode == Mode::Counts && joined.findLeader(from) == joined.findLeader(to))
        return makeError("plan: edge %u closes a cycle of edges without a probe", edge);
      joined.join(from, to);
      continue;
    }
    if (e.slot == Slot::None)
      return makeError("plan: probe %u is on edge %u, which cannot carry one", probe.value, edge);
    if (e.slot == Slot::Arrival)
      for (uint32_t other : cfg.blocks[e.to.value].in)
        if (!plan.probeOf[other].valid())
          return makeError("plan: edge %u is counted along with edge %u, which has no probe", other, edge);
    if (plan.edgeOf[probe.value].value != edge)
      return makeError("plan: probe %u does not know its edge %u", probe.value, edge);
  }
  return llvm::Error::success();
}

llvm::Error verifyInserted(const Function &fn, const Inserted &code, const Dialect &dialect) {
  uint32_t next = 0;
  uint32_t count = uint32_t(code.fn.instrs.size());
  for (uint32_t i = 0; i < count; ++i) {
    const Instr &instr = code.fn.instrs[i];
    const OpcodeInfo &info = dialect.info(instr.op);
    if (info.isJump && instr.target.value >= count)
      return makeError("insert: %s (instruction %u) jumps to a label that is not there", info.name, i);
    if (instr.handler != kNoHandler && code.fn.handlers[instr.handler].target.value >= count)
      return makeError("insert: instruction %u is handled at a label that is not there", i);
    if (code.origins[i].inserted() || code.origins[i].copied)
      continue;
    const Instr &original = fn.instrs[next];
    bool same = code.origins[i].instr == next && instr.unit == original.unit &&
                (instr.op == original.op || instr.op == dialect.info(original.op).opposite) &&
                (info.isJump || instr.arg == original.arg) && instr.loc == original.loc;
    if (!same)
      return makeError("insert: instruction %u of the code was changed or moved", next);
    ++next;
  }
  if (next != fn.instrs.size())
    return makeError("insert: instruction %u of the code was dropped", next);
  return llvm::Error::success();
}

llvm::Error verifyAssembled(const Inserted &code, const Assembled &assembled, const Dialect &dialect) {
  llvm::SmallVector<uint8_t, 0> clean = assembled.bytes.code;
  for (const PatchSite &site : assembled.bytes.sites)
    for (uint32_t k = 0; k < site.units; ++k) {
      clean[2 * (site.unit + k)] = uint8_t(site.clean[k]);
      clean[2 * (site.unit + k) + 1] = uint8_t(site.clean[k] >> 8);
    }
  CodeView view;
  view.code = clean;
  view.lineTable = assembled.bytes.lineTable;
  view.exceptionTable = assembled.bytes.exceptionTable;
  view.firstLine = code.fn.firstLine;
  view.stackSize = assembled.bytes.stackSize;
  auto again = decode(view, dialect);
  if (!again)
    return makeError("assemble: %s", toString(again.takeError()).c_str());
  if (again->instrs.size() != code.fn.instrs.size())
    return makeError("assemble: %zu instructions went in, %zu came out", code.fn.instrs.size(), again->instrs.size());
  for (uint32_t i = 0; i < code.fn.instrs.size(); ++i) {
    const Instr &in = code.fn.instrs[i], &out = again->instrs[i];
    bool jump = dialect.info(in.op).isJump;
    bool handled = (in.handler == kNoHandler) == (out.handler == kNoHandler);
    if (handled && in.handler != kNoHandler)
      handled = code.fn.handlers[in.handler] == again->handlers[out.handler];
    if (in.op != out.op || (jump ? in.target != out.target : in.arg != out.arg) || !handled || !(in.loc == out.loc) ||
        assembled.unitOf[i] != out.unit)
      return makeError("assemble: instruction %u (%s) came back different", i, dialect.info(in.op).name);
  }
  return llvm::Error::success();
}

} // namespace blockcov
