//===- flow_hits.cc - every edge and instruction from probes that fire once ===//

#include "runtime/flow_hits.h"
#include "runtime/losses.h"

#include "llvm/ADT/BitVector.h"
#include "llvm/ADT/STLExtras.h"

#include <utility>

namespace blockcov {

namespace {

constexpr int64_t kNowhere = -1;

class HitSolver {
public:
  HitSolver(const Compiled &code, const Losses &losses) : fn(code.fn), cfg(code.cfg), plan(code.plan), losses(losses) {}

  FlowCounts run(llvm::ArrayRef<uint64_t> counters) {
    fired.resize(plan.probeCount());
    for (uint32_t probe = 0; probe < plan.probeCount(); ++probe)
      fired[probe] = counters[probe] != 0;
    hit.resize(uint32_t(cfg.edges.size()));
    findLosses();
    measure();
    follow();
    // What is known to have been entered explains more than what is not.
    while (inferEntries(/*fromAnywhere=*/false) || inferExits() || inferEntries(/*fromAnywhere=*/true)) {
    }
    finish();
    return std::move(result);
  }

private:
  /// A frame that stood there in one shard and went on in the next was not lost.
  bool isLost(uint32_t i) const { return losses.raised[i] || losses.running[i] > losses.started[i]; }
  bool isHit(uint32_t edge) const { return hit.test(edge); }
  bool isInferred(uint32_t edge) const { return !plan.probeOf[edge].valid() && !plan.follows.test(edge); }
  bool isLeft(uint32_t block) const {
    return llvm::any_of(cfg.blocks[block].out, [&](uint32_t edge) { return isHit(edge); });
  }
  bool isComplete(uint32_t block) const {
    ProbeId probe = plan.completionOf[block];
    return probe.valid() && fired[probe.value];
  }
  /// Known ways in only.
  bool hasCome(uint32_t block) const {
    return losses.handled[block] || llvm::any_of(cfg.blocks[block].in, [&](uint32_t edge) { return isHit(edge); });
  }
  /// Something happened in it.
  bool isActive(uint32_t block) const { return furthestLoss[block] != kNowhere || isComplete(block) || isLeft(block); }
  bool isEntered(uint32_t block) const { return hasCome(block) || isActive(block); }
  bool isPassed(uint32_t block) const {
    return isEntered(block) && (furthestLoss[block] == kNowhere || isComplete(block) || isLeft(block));
  }

  /// The way into a block by which it alone is entered, if its probe stands at the
  /// head; invalid otherwise.
  ProbeId headProbe(uint32_t block) const {
    llvm::ArrayRef<uint32_t> in = cfg.blocks[block].in;
    return in.size() == 1 && cfg.edges[in.front()].slot == Slot::Head ? plan.probeOf[in.front()] : ProbeId();
  }

  void findLosses() {
    furthestLoss.assign(cfg.blocks.size(), kNowhere);
    for (uint32_t i = 0; i < fn.instrs.size(); ++i) {
      uint32_t block = cfg.blockOf[i].value;
      ProbeId probe = headProbe(block);
      // Those that have passed the head were lost behind it, or never.
      bool passedHead = probe.valid() && fired[probe.value];
      if (isLost(i) && !(passedHead && i < cfg.blocks[block].head))
        furthestLoss[block] = i;
    }
  }

  void measure() {
    for (uint32_t number = 0; number < cfg.edges.size(); ++number) {
      ProbeId probe = plan.probeOf[number];
      if (!probe.valid())
        continue;
      bool taken = fired[probe.value];
      if (cfg.edges[number].slot == Slot::Head) {
        // The edge was taken, but the probe behind these instructions was not reached.
        const Block &to = cfg.blocks[cfg.edges[number].to.value];
        for (uint32_t i = to.first; i < to.head; ++i)
          taken |= isLost(i);
      }
      if (taken)
        hit.set(number);
    }
  }

  /// A frame has come so far into the block that the edges that follow were taken.
  bool hasArrived(uint32_t block) const {
    ProbeId probe = headProbe(block);
    return probe.valid() ? fired[probe.value] : hasCome(block);
  }

  void follow() {
    for (bool changed = true; changed;) {
      changed = false;
      for (unsigned number : plan.follows.set_bits())
        if (!isHit(number) && hasArrived(cfg.edges[number].from.value)) {
          hit.set(number);
          changed = true;
        }
    }
  }

  /// Of several ways in, those which are likeliest: SEND's jump rather than what
  /// throw() did, and those from where frames have gone nobody knows where.
  std::pair<bool, bool> likelihood(uint32_t edge) const {
    uint32_t from = cfg.edges[edge].from.value;
    return {cfg.edges[edge].kind != EdgeKind::Moved, !isLeft(from) && furthestLoss[from] == kNowhere};
  }

  bool inferEntries(bool fromAnywhere) {
    bool changed = false;
    for (uint32_t block = 0; block < cfg.blocks.size(); ++block) {
      if (hasCome(block) || !isActive(block))
        continue;
      llvm::SmallVector<uint32_t, 2> best;
      for (uint32_t edge : cfg.blocks[block].in) {
        if (!isInferred(edge) || !(fromAnywhere || isEntered(cfg.edges[edge].from.value)))
          continue;
        if (!best.empty() && likelihood(edge) < likelihood(best.front()))
          continue;
        if (!best.empty() && likelihood(best.front()) < likelihood(edge))
          best.clear();
        best.push_back(edge);
      }
      for (uint32_t edge : best)
        hit.set(edge);
      changed |= !best.empty();
    }
    return changed;
  }

  /// Of several ways out, that which leaves the least behind it to have been missed.
  static int missed(EdgeKind kind) {
    switch (kind) {
    case EdgeKind::Suspend:
    case EdgeKind::Return:
      return 0;
    case EdgeKind::Fall: // of SEND, to its suspension
      return 1;
    case EdgeKind::Throw:
      return 2;
    default:
      return 3;
    }
  }

  /// Whether where a delegation's end leads was reached by another way, so that it does not tell
  /// whether there was one. On 3.11, between them stands an empty block: see Cfg.
  bool mayHaveGoneOn(uint32_t block) const {
    return llvm::any_of(cfg.blocks[block].out, [&](uint32_t edge) {
      if (cfg.edges[edge].kind != EdgeKind::Jump || !isInferred(edge))
        return false;
      uint32_t target = cfg.edges[edge].to.value;
      while (cfg.blocks[target].empty())
        target = cfg.edges[cfg.blocks[target].out.front()].to.value;
      return hasCome(target);
    });
  }

  bool inferExits() {
    bool changed = false;
    for (uint32_t block = 0; block < cfg.blocks.size(); ++block) {
      // Nothing tells of a way out if a frame was lost at the last instruction.
      bool lostLast = !cfg.blocks[block].empty() && furthestLoss[block] == int64_t(cfg.blocks[block].last());
      if (!isPassed(block) || isLeft(block) || lostLast)
        continue;
      const uint32_t *best = nullptr;
      for (const uint32_t &edge : cfg.blocks[block].out)
        if (isInferred(edge) && (!best || missed(cfg.edges[edge].kind) < missed(cfg.edges[*best].kind)))
          best = &edge;
      if (!best)
        continue; // a killed process
      if (cfg.edges[*best].kind == EdgeKind::Fall && mayHaveGoneOn(block))
        continue; // suspended for good or not at all: nothing tells
      hit.set(*best);
      changed = true;
    }
    return changed;
  }

  void finish() {
    for (uint32_t number = 0; number < cfg.edges.size(); ++number)
      result.edges.push_back(isHit(number));
    for (uint64_t count : losses.raised)
      result.raised.push_back(count != 0);
    for (FlowCounts::Rethrow rethrow : losses.rethrows) {
      rethrow.count = rethrow.count != 0;
      result.rethrows.push_back(rethrow);
    }
    result.instrs.resize(fn.instrs.size());
    result.lost.resize(fn.instrs.size());
    for (uint32_t number = 0; number < cfg.blocks.size(); ++number) {
      const Block &block = cfg.blocks[number];
      result.blocks.push_back(isEntered(number));
      if (block.empty() || !isEntered(number))
        continue;
      uint32_t furthest = isPassed(number) ? block.last() : uint32_t(furthestLoss[number]);
      for (uint32_t i = block.first; i <= furthest; ++i)
        result.instrs[i] = 1;
      result.lost[furthest] = furthest != block.last() || !isLeft(number);
    }
  }

  const Function &fn;
  const Cfg &cfg;
  const ProbePlan &plan;
  const Losses &losses;
  FlowCounts result;
  std::vector<bool> fired;           ///< of each probe
  llvm::BitVector hit;               ///< of each edge
  std::vector<int64_t> furthestLoss; ///< of each block: an instruction, or kNowhere
};

} // namespace

llvm::Expected<FlowCounts> solveHits(const Compiled &code, const Dialect &dialect, llvm::ArrayRef<uint64_t> counters,
                                     llvm::ArrayRef<Loss> losses) {
  auto placed = placeLosses(code, dialect, losses);
  if (!placed)
    return placed.takeError();
  return HitSolver(code, *placed).run(counters);
}

} // namespace blockcov
