//===- flow.cc - every edge and instruction from the probes ---------------===//

#include "runtime/flow.h"
#include "runtime/losses.h"

#include "llvm/ADT/STLExtras.h"

namespace blockcov {

namespace {

class Solver {
public:
  Solver(const Compiled &code, const Losses &losses) : code(code), fn(code.fn), cfg(code.cfg), losses(losses) {}

  FlowCounts run(llvm::ArrayRef<uint64_t> counters) {
    sumLosses();
    measure(counters);
    eliminate();
    finish();
    return std::move(result);
  }

private:
  /// What did not come out of each block, and what came in by exceptions.
  void sumLosses() {
    result.raised = losses.raised;
    result.rethrows = losses.rethrows;
    for (uint64_t handled : losses.handled)
      balance.push_back(handled);
    for (uint32_t i = 0; i < fn.instrs.size(); ++i) {
      result.lost.push_back(int64_t(losses.raised[i] + losses.running[i] - losses.started[i]));
      balance[cfg.blockOf[i].value] -= uint64_t(result.lost[i]);
    }
  }

  void measure(llvm::ArrayRef<uint64_t> counters) {
    value.resize(cfg.edges.size());
    for (const Losses::Underway &each : losses.underway)
      value[each.edge.value] -= uint64_t(each.count); // the probe was passed, but the jump had not arrived yet
    for (uint32_t probe = 0; probe < code.plan.edgeOf.size(); ++probe) {
      uint32_t number = code.plan.edgeOf[probe].value;
      const Edge &edge = cfg.edges[number];
      value[number] += counters[probe];
      if (edge.slot == Slot::Head || edge.slot == Slot::Arrival) {
        // The edge was taken, but the probe behind these instructions was not reached.
        const Block &to = cfg.blocks[edge.to.value];
        for (uint32_t i = to.first; i < to.head; ++i)
          value[number] += uint64_t(result.lost[i]);
      } else if (edge.slot == Slot::BeforeTerminator) {
        value[number] -= uint64_t(result.lost[cfg.blocks[edge.from.value].last()]);
      }
    }
    for (EdgeId measured : code.plan.edgeOf) {
      uint32_t number = measured.value;
      if (cfg.edges[number].slot != Slot::Arrival)
        continue;
      for (uint32_t other : cfg.blocks[cfg.edges[number].to.value].in)
        if (other != number)
          value[number] -= value[other];
    }
  }

  /// From what came in to the way out, as long as that leads on: of a block in which a
  /// killed process stood, only the ways in say that it was entered. Only the way of a
  /// frame that was moved follows from what left its target.
  void eliminate() {
    llvm::SmallVector<uint32_t, 0> unknownIn(cfg.blocks.size(), 0), unknownOut(cfg.blocks.size(), 0), work;
    llvm::SmallVector<bool, 0> known(cfg.edges.size(), false);
    auto settle = [&](uint32_t number) {
      const Edge &edge = cfg.edges[number];
      known[number] = true;
      if (edge.from.valid())
        balance[edge.from.value] -= value[number];
      if (edge.to.valid())
        balance[edge.to.value] += value[number];
    };
    auto isReady = [&](uint32_t block) { return unknownOut[block] == 1 && unknownIn[block] == 0; };
    auto solve = [&](llvm::ArrayRef<uint32_t> edges, uint64_t amount) {
      const uint32_t number = *llvm::find_if(edges, [&](uint32_t edge) { return !known[edge]; });
      const Edge &edge = cfg.edges[number];
      value[number] += amount;
      settle(number);
      if (edge.from.valid() && (--unknownOut[edge.from.value], isReady(edge.from.value)))
        work.push_back(edge.from.value);
      if (edge.to.valid() && (--unknownIn[edge.to.value], isReady(edge.to.value)))
        work.push_back(edge.to.value);
    };
    for (uint32_t number = 0; number < cfg.edges.size(); ++number) {
      const Edge &edge = cfg.edges[number];
      if (code.plan.probeOf[number].valid()) {
        settle(number);
        continue;
      }
      if (edge.from.valid())
        ++unknownOut[edge.from.value];
      if (edge.to.valid())
        ++unknownIn[edge.to.value];
    }
    for (uint32_t block = 0; block < cfg.blocks.size(); ++block)
      if (isReady(block))
        work.push_back(block);
    for (;;) {
      while (!work.empty())
        if (uint32_t block = work.pop_back_val(); isReady(block))
          solve(cfg.blocks[block].out, balance[block]);
      uint32_t block = 0;
      while (block < cfg.blocks.size() && !(unknownIn[block] == 1 && unknownOut[block] == 0))
        ++block;
      if (block == cfg.blocks.size())
        return;
      solve(cfg.blocks[block].in, 0 - balance[block]);
    }
  }

  void finish() {
    auto clamp = [](uint64_t count) { return int64_t(count) > 0 ? count : 0; };
    for (uint64_t count : value)
      result.edges.push_back(clamp(count));
    llvm::SmallVector<uint64_t, 0> entries(losses.handled.begin(), losses.handled.end());
    for (uint32_t number = 0; number < cfg.edges.size(); ++number)
      if (cfg.edges[number].to.valid())
        entries[cfg.edges[number].to.value] += result.edges[number];
    result.instrs.resize(fn.instrs.size());
    for (uint32_t block = 0; block < cfg.blocks.size(); ++block) {
      uint64_t count = entries[block];
      result.blocks.push_back(clamp(count));
      for (uint32_t i = cfg.blocks[block].first; i < cfg.blocks[block].end; ++i) {
        result.instrs[i] = clamp(count);
        count -= uint64_t(result.lost[i]);
      }
    }
  }

  const Compiled &code;
  const Function &fn;
  const Cfg &cfg;
  const Losses &losses;
  FlowCounts result;
  // Modulo 2^64, and signed: counters of a damaged file may be anything.
  llvm::SmallVector<uint64_t, 0> value;   ///< of each edge
  llvm::SmallVector<uint64_t, 0> balance; ///< of each block: in minus out of what is known
};

} // namespace

llvm::Expected<FlowCounts> solveFlow(const Compiled &code, const Dialect &dialect, llvm::ArrayRef<uint64_t> counters,
                                     llvm::ArrayRef<Loss> losses) {
  auto placed = placeLosses(code, dialect, losses);
  if (!placed)
    return placed.takeError();
  return Solver(code, *placed).run(counters);
}

} // namespace blockcov
