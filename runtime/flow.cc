//===- flow.cc - every edge and instruction from the probes ---------------===//

#include "runtime/flow.h"
#include "instrument/error.h"

#include <algorithm>

namespace blockcov {

namespace {

class Solver {
public:
  Solver(const Compiled &code, const Dialect &dialect) : code(code), fn(code.fn), cfg(code.cfg), dialect(dialect) {}

  llvm::Expected<FlowCounts> run(llvm::ArrayRef<uint64_t> counters, llvm::ArrayRef<Loss> losses) {
    result.raised.resize(fn.instrs.size());
    result.lost.resize(fn.instrs.size());
    value.resize(cfg.edges.size());
    for (const Loss &loss : losses)
      if (llvm::Error error = addLoss(loss))
        return error;
    sumHandled();
    measure(counters);
    eliminate();
    finish();
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
    // 3.11: STORE_FAST and LOAD_CONST raise nothing, the LOAD_FAST fused with them does.
    if (dialect.fusesFastLoads && isOp(i + 1, dialect.loadFast) &&
        (isOp(i, dialect.storeFast) || isOp(i, dialect.loadConst)))
      return i + 1;
    return i;
  }

  llvm::Error addLoss(const Loss &loss) {
    // While a Python callee runs, the frame of 3.11 and 3.12 stands in the caches behind its CALL.
    const auto &units = code.assembled.unitOf;
    size_t at = size_t(std::upper_bound(units.begin(), units.end(), loss.unit) - units.begin());
    if (at-- == 0 || loss.unit > units[at] + dialect.info(code.inserted.fn.instrs[at].op).caches)
      return makeError("a loss cell names unit %u, where no instruction of the rewritten code is", loss.unit);
    Origin origin = code.inserted.origins[at];
    bool onTrampoline = origin.inserted() && origin.edge.value != ~0u;
    if (origin.inserted() && !onTrampoline)
      return makeError("a loss cell names unit %u, which belongs to a probe", loss.unit);
    // A trampoline stands for the jump that leads to it.
    uint32_t instr = onTrampoline ? cfg.blocks[cfg.edges[origin.edge.value].from.value].last() : origin.instr;
    if (loss.kind >= LossKind::Rethrown)
      return addRethrow(loss, instr);
    int64_t count = loss.kind == LossKind::Started ? -int64_t(loss.count) : int64_t(loss.count);
    if (onTrampoline)
      value[origin.edge.value] -= count; // its probe was passed, but the jump had not arrived yet
    instr = canonical(instr, loss.kind);
    result.lost[instr] += count;
    if (loss.kind == LossKind::Raised)
      result.raised[instr] += loss.count;
    return llvm::Error::success();
  }

  llvm::Error addRethrow(const Loss &loss, uint32_t instr) {
    size_t pad = size_t(loss.kind) - size_t(LossKind::Rethrown) + 1;
    if (pad >= code.inserted.pads.size())
      return makeError("a loss cell is of kind %u, the code has %zu landing pads", unsigned(loss.kind),
                       code.inserted.pads.size());
    result.rethrows.push_back({canonical(instr, LossKind::Raised), code.inserted.pads[pad].value, loss.count});
    return llvm::Error::success();
  }

  /// What came in by exceptions, and what did not come out.
  void sumHandled() {
    balance.resize(cfg.blocks.size());
    for (uint32_t i = 0; i < fn.instrs.size(); ++i) {
      balance[cfg.blockOf[i].value] -= result.lost[i];
      if (result.raised[i] && fn.instrs[i].handler != kNoHandler)
        balance[handlerBlock(i)] += int64_t(result.raised[i]);
    }
  }

  uint32_t handlerBlock(uint32_t instr) const {
    return cfg.blockOf[fn.handlers[fn.instrs[instr].handler].target.value].value;
  }

  void measure(llvm::ArrayRef<uint64_t> counters) {
    for (uint32_t probe = 0; probe < code.plan.edgeOf.size(); ++probe) {
      uint32_t number = code.plan.edgeOf[probe].value;
      const Edge &edge = cfg.edges[number];
      value[number] += int64_t(counters[probe]);
      if (edge.slot == Slot::Head) {
        // The edge was taken, but the probe behind these instructions was not reached.
        const Block &to = cfg.blocks[edge.to.value];
        for (uint32_t i = to.first; i < to.head; ++i)
          value[number] += result.lost[i];
      } else if (edge.slot == Slot::BeforeTerminator) {
        value[number] -= result.lost[cfg.blocks[edge.from.value].last()];
      }
    }
  }

  void eliminate() {
    llvm::SmallVector<uint32_t, 0> unknowns(cfg.blocks.size(), 0), work;
    llvm::SmallVector<bool, 0> known(cfg.edges.size(), false);
    auto settle = [&](uint32_t number) {
      const Edge &edge = cfg.edges[number];
      known[number] = true;
      if (edge.from.valid())
        balance[edge.from.value] -= value[number];
      if (edge.to.valid())
        balance[edge.to.value] += value[number];
    };
    for (uint32_t number = 0; number < cfg.edges.size(); ++number) {
      const Edge &edge = cfg.edges[number];
      if (code.plan.probeOf[number].valid()) {
        settle(number);
        continue;
      }
      for (BlockId end : {edge.from, edge.to})
        if (end.valid())
          ++unknowns[end.value];
    }
    for (uint32_t block = 0; block < cfg.blocks.size(); ++block)
      if (unknowns[block] == 1)
        work.push_back(block);
    while (!work.empty()) {
      uint32_t block = work.pop_back_val();
      if (unknowns[block] != 1)
        continue;
      auto solve = [&](llvm::ArrayRef<uint32_t> edges, int64_t amount) {
        for (uint32_t number : edges) {
          if (known[number])
            continue;
          value[number] += amount;
          settle(number);
          for (BlockId end : {cfg.edges[number].from, cfg.edges[number].to})
            if (end.valid() && --unknowns[end.value] == 1)
              work.push_back(end.value);
          return;
        }
      };
      int64_t surplus = balance[block];
      solve(cfg.blocks[block].out, surplus);
      if (unknowns[block] == 1)
        solve(cfg.blocks[block].in, -surplus);
    }
  }

  void finish() {
    auto clamp = [](int64_t count) { return count > 0 ? uint64_t(count) : 0; };
    for (int64_t count : value)
      result.edges.push_back(clamp(count));
    llvm::SmallVector<int64_t, 0> entries(cfg.blocks.size(), 0);
    for (uint32_t number = 0; number < cfg.edges.size(); ++number)
      if (cfg.edges[number].to.valid())
        entries[cfg.edges[number].to.value] += int64_t(result.edges[number]);
    for (uint32_t i = 0; i < fn.instrs.size(); ++i)
      if (result.raised[i] && fn.instrs[i].handler != kNoHandler)
        entries[handlerBlock(i)] += int64_t(result.raised[i]);
    result.instrs.resize(fn.instrs.size());
    for (uint32_t block = 0; block < cfg.blocks.size(); ++block) {
      int64_t count = entries[block];
      result.blocks.push_back(clamp(count));
      for (uint32_t i = cfg.blocks[block].first; i < cfg.blocks[block].end; ++i) {
        result.instrs[i] = clamp(count);
        count -= result.lost[i];
      }
    }
  }

  const Compiled &code;
  const Function &fn;
  const Cfg &cfg;
  const Dialect &dialect;
  FlowCounts result;
  llvm::SmallVector<int64_t, 0> value;   ///< of each edge
  llvm::SmallVector<int64_t, 0> balance; ///< of each block: in minus out of what is known
};

} // namespace

llvm::Expected<FlowCounts> solveFlow(const Compiled &code, const Dialect &dialect, llvm::ArrayRef<uint64_t> counters,
                                     llvm::ArrayRef<Loss> losses) {
  return Solver(code, dialect).run(counters, losses);
}

} // namespace blockcov
