//===- losses.cc - what the loss cells say of the original code -----------===//

#include "runtime/losses.h"
#include "instrument/error.h"

#include <algorithm>
#include <optional>

namespace blockcov {

namespace {

class Placer {
public:
  Placer(const Compiled &code, const Dialect &dialect) : code(code), fn(code.fn), cfg(code.cfg), dialect(dialect) {}

  llvm::Expected<Losses> run(llvm::ArrayRef<Loss> cells) {
    result.raised.resize(fn.instrs.size());
    result.running.resize(fn.instrs.size());
    result.started.resize(fn.instrs.size());
    result.handled.resize(cfg.blocks.size());
    for (const Loss &cell : cells)
      if (llvm::Error error = add(cell))
        return error;
    for (uint32_t i = 0; i < fn.instrs.size(); ++i)
      if (result.raised[i] && fn.instrs[i].handler != kNoHandler)
        result.handled[cfg.blockOf[fn.handlers[fn.instrs[i].handler].target.value].value] += result.raised[i];
    return std::move(result);
  }

private:
  /// Where the interpreter says that something happened, and where it did.
  uint32_t canonical(uint32_t i, LossKind kind) const {
    auto isOp = [&](uint32_t k, uint8_t op) { return op && k < fn.instrs.size() && fn.instrs[k].op == op; };
    // 3.11: a specialised PRECALL makes the call and skips CALL.
    if (isOp(i, dialect.precall) && isOp(i + 1, dialect.call))
      return i + 1;
    if (kind != LossKind::Raised)
      return i;
    // 3.11: generator.throw() has moved the frame to the jump in front of SEND's target.
    if (dialect.throwMovesFrame && isOp(i, dialect.jumpBackwardNoInterrupt))
      for (uint32_t k = i; k-- > 0 && i - k < 6;)
        if (isOp(k, dialect.yieldValue))
          return k;
    // 3.13: a suspended frame stands at its RESUME; what is thrown into it is raised before.
    if (dialect.suspendsAtResume && i > 0 && isOp(i, dialect.resume) && isOp(i - 1, dialect.yieldValue))
      return i - 1;
    // 3.15's compiler at run time says POP_ITER where the FOR_ITER in front of it has raised.
    if (isOp(i, dialect.popIter) && i > 0 && isOp(i - 1, dialect.endFor))
      for (uint32_t k = i; k-- > 0;)
        if (isOp(k, dialect.forIter) && fn.instrs[k].target.value == i - 1)
          return k;
    // 3.11: STORE_FAST and LOAD_CONST raise nothing, the LOAD_FAST fused with them does.
    if (dialect.fusesFastLoads && isOp(i + 1, dialect.loadFast) &&
        (isOp(i, dialect.storeFast) || isOp(i, dialect.loadConst)))
      return i + 1;
    return i;
  }

  /// A trace function was called for the line that begins with a probe, and did not
  /// return. The edges of the probe and of those behind it were taken, and the
  /// instruction that follows was the one to go on with: which that is.
  std::optional<uint32_t> beforeProbes(uint32_t at, const Loss &cell) {
    const llvm::ArrayRef<Instr> instrs = code.inserted.fn.instrs;
    if (probeAt(instrs[at]) == kNoProbe)
      return std::nullopt;
    const int64_t passed = cell.kind == LossKind::Started ? int64_t(cell.count) : -int64_t(cell.count);
    while (at < instrs.size() && code.inserted.origins[at].inserted()) {
      if (uint32_t probe = probeAt(instrs[at]); probe != kNoProbe && code.plan.edgeOf[probe].valid())
        result.underway.push_back({code.plan.edgeOf[probe], passed});
      at = dialect.info(instrs[at].op).flow == Flow::Goto ? instrs[at].target.value : at + 1;
    }
    return at < instrs.size() ? std::optional(code.inserted.origins[at].instr) : std::nullopt;
  }

  static constexpr uint32_t kNoProbe = ~0u;

  uint32_t probeAt(const Instr &instr) const {
    const uint32_t probe = instr.arg - fn.constCount; // wraps for the original's constants
    return instr.op == dialect.loadConst && probe < code.plan.probeCount() ? probe : kNoProbe;
  }

  llvm::Error add(const Loss &cell) {
    // While a Python callee runs, the frame of 3.11 and 3.12 stands in the caches behind its CALL.
    const auto &units = code.assembled.unitOf;
    size_t at = size_t(std::upper_bound(units.begin(), units.end(), cell.unit) - units.begin());
    if (at-- == 0 || cell.unit > units[at] + dialect.info(code.inserted.fn.instrs[at].op).caches)
      return makeError("a loss cell names unit %u, where no instruction of the rewritten code is", cell.unit);
    Origin origin = code.inserted.origins[at];
    bool onTrampoline = origin.inserted() && origin.edge.value != ~0u;
    // A trampoline stands for the jump that leads to it.
    uint32_t instr = onTrampoline ? cfg.blocks[cfg.edges[origin.edge.value].from.value].last() : origin.instr;
    if (origin.inserted() && !onTrampoline) {
      std::optional<uint32_t> next = beforeProbes(uint32_t(at), cell);
      if (!next)
        return makeError("a loss cell names unit %u, which belongs to a probe", cell.unit);
      instr = *next;
    }
    if (cell.kind >= LossKind::Rethrown)
      return addRethrow(cell, instr);
    if (onTrampoline)
      result.underway.push_back(
          {origin.edge, cell.kind == LossKind::Started ? -int64_t(cell.count) : int64_t(cell.count)});
    switch (cell.kind) {
    case LossKind::Raised:
      result.raised[canonical(instr, cell.kind)] += cell.count;
      break;
    case LossKind::Started:
      result.started[canonical(instr, cell.kind)] += cell.count;
      break;
    default:
      result.running[canonical(instr, cell.kind)] += cell.count;
    }
    return llvm::Error::success();
  }

  llvm::Error addRethrow(const Loss &cell, uint32_t instr) {
    size_t pad = size_t(cell.kind) - size_t(LossKind::Rethrown) + 1;
    if (pad >= code.inserted.pads.size())
      return makeError("a loss cell is of kind %u, the code has %zu landing pads", unsigned(cell.kind),
                       code.inserted.pads.size());
    result.rethrows.push_back({canonical(instr, LossKind::Raised), code.inserted.pads[pad].value, cell.count});
    return llvm::Error::success();
  }

  const Compiled &code;
  const Function &fn;
  const Cfg &cfg;
  const Dialect &dialect;
  Losses result;
};

} // namespace

llvm::Expected<Losses> placeLosses(const Compiled &code, const Dialect &dialect, llvm::ArrayRef<Loss> cells) {
  return Placer(code, dialect).run(cells);
}

} // namespace blockcov
