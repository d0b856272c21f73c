//===- hit_walk_helper.cc - what walks say in Mode::Hits ------------------===//

#include "tests/unit/runtime_resolve/hit_walk.h"

#include "instrument/decode.h"
#include "runtime/flow_hits.h"

#include "llvm/ADT/STLExtras.h"

namespace blockcov::test {

llvm::Expected<Compiled> compilePads(const CodeView &view, const Dialect &dialect) {
  Compiled result;
  auto fn = decode(view, dialect);
  if (!fn)
    return fn.takeError();
  result.fn = std::move(*fn);
  result.cfg = buildCfg(result.fn, dialect);
  auto plan = planHitProbes(result.fn, result.cfg, dialect);
  if (!plan)
    return plan.takeError();
  result.plan = std::move(*plan);
  ProbePlan none;
  none.probeOf.resize(result.cfg.edges.size());
  result.inserted = insert(result.fn, result.cfg, none, dialect);
  auto assembled = assemble(result.inserted, dialect);
  if (!assembled)
    return assembled.takeError();
  result.assembled = std::move(*assembled);
  return std::move(result);
}

void HitRecorder::add(const Walk &walk) {
  if (code.plan.mode != Mode::Hits)
    return;
  const Cfg &cfg = code.cfg;
  for (const Step &step : walk.steps) {
    BlockId number = cfg.blockOf[step.instr];
    const Block &block = cfg.blocks[number.value];
    if (step.instr == block.head && block.in.size() == 1 && cfg.edges[block.in.front()].slot == Slot::Head)
      fire(code.plan.probeOf[block.in.front()]);
    if (step.instr != block.last())
      continue;
    fire(code.plan.completionOf[number.value]);
    if (block.out.size() == 1 && cfg.edges[block.out.front()].slot == Slot::BeforeTerminator)
      fire(code.plan.probeOf[block.out.front()]);
    const Instr &instr = code.fn.instrs[step.instr];
    if (step.act == Act::Next) {
      if (block.head == block.end && block.in.size() == 1 && cfg.edges[block.in.front()].slot == Slot::Head)
        fire(code.plan.probeOf[block.in.front()]); // behind the last instruction
      take(number, step.instr + 1, EdgeKind::Fall);
    } else if (step.act == Act::Jump) {
      take(number, instr.target.value, EdgeKind::Jump);
    } else if (step.act == Act::Moved) {
      take(number, code.fn.instrs[step.instr - 1].target.value, EdgeKind::Moved);
    }
  }
}

/// Probes between the two. Those in front of the source's last instruction or behind the target's first ones fire
/// when these are reached.
void HitRecorder::take(BlockId from, int64_t to, EdgeKind kind) {
  const Cfg &cfg = code.cfg;
  for (uint32_t number : cfg.blocks[from.value].out) {
    const Edge &edge = cfg.edges[number];
    if (edge.kind != kind || int64_t(cfg.blocks[edge.to.value].first) != to)
      continue;
    if (edge.slot == Slot::AfterSource || edge.slot == Slot::Trampoline)
      fire(code.plan.probeOf[number]);
    if (cfg.blocks[edge.to.value].empty())
      take(edge.to, to, EdgeKind::Fall);
  }
}

namespace {

class HitComparison {
public:
  HitComparison(const Compiled &code, const Dialect &dialect, const Truth &truth, const FlowCounts &counts)
      : fn(code.fn), cfg(code.cfg), plan(code.plan), dialect(dialect), truth(truth), counts(counts) {}

  std::string run() {
    for (uint32_t block = 0; block < cfg.blocks.size() && problem.empty(); ++block)
      compareBlock(cfg.blocks[block], plan.completionOf[block].valid());
    for (uint32_t edge = 0; edge < cfg.edges.size() && problem.empty(); ++edge)
      compareEdge(edge);
    compareRethrows();
    return problem;
  }

private:
  bool isKnown(uint32_t edge) const { return plan.probeOf[edge].valid() || plan.follows.test(edge); }

  bool happened(int64_t from, int64_t to, EdgeKind kind) const {
    auto found = truth.edges.find({from, to, kind});
    return found != truth.edges.end() && found->second > 0;
  }

  void differ(const std::string &what, uint64_t got, bool wanted) {
    if (problem.empty())
      problem = what + ": solved " + std::to_string(got) + ", truth " + std::to_string(wanted);
  }

  /// What may be missing is only what nothing tells of.
  void compare(const std::string &what, uint64_t got, bool wanted, bool exact) {
    if (got > 1 || (exact ? got != wanted : got > wanted))
      differ(what, got, wanted);
  }

  void compareBlock(const Block &block, bool completes) {
    bool exact = completes || llvm::all_of(block.out, [&](uint32_t edge) { return isKnown(edge); });
    for (uint32_t i = block.first; i < block.end; ++i) {
      std::string name = "instruction " + std::to_string(i) + ' ' + dialect.info(fn.instrs[i].op).name;
      compare(name + " raised", counts.raised[i], truth.raised[i] > 0, true);
      compare(name, counts.instrs[i], truth.instrs[i] > 0, exact);
      if (i == block.last())
        continue;
      compare(name + " passed", counts.passed(i), happened(i, i + 1, EdgeKind::Fall), exact);
      if (counts.lost[i] != int64_t(counts.instrs[i]) - int64_t(counts.passed(i)))
        differ(name + " lost", uint64_t(counts.lost[i]), counts.instrs[i] && !counts.passed(i));
    }
  }

  void compareEdge(uint32_t number) {
    const Edge &edge = cfg.edges[number];
    if (edge.from.valid() && cfg.blocks[edge.from.value].empty())
      return; // where the frame came from is on the edge into it
    int64_t from = edge.from.valid() ? int64_t(cfg.blocks[edge.from.value].last()) : -1;
    int64_t to = edge.to.valid() ? int64_t(cfg.blocks[edge.to.value].first) : -1;
    bool wanted = happened(from, to, edge.kind);
    // What throw() did looks like the end of the delegation.
    if (!isKnown(number) && edge.kind == EdgeKind::Jump && dialect.throwMovesFrame &&
        fn.instrs[size_t(from)].op == dialect.send)
      wanted |= happened(from + 1, to, EdgeKind::Moved);
    if (edge.kind == EdgeKind::Throw && !isKnown(number) && edge.to.valid())
      for (uint32_t other : cfg.blocks[edge.to.value].in) {
        int64_t otherFrom = int64_t(cfg.blocks[cfg.edges[other].from.value].last());
        wanted |= !isKnown(other) && happened(otherFrom, to, EdgeKind::Throw); // one of these it was
      }
    compare("edge " + std::to_string(number) + " from instruction " + std::to_string(from) + " to " +
                std::to_string(to),
            counts.edges[number], wanted, isKnown(number));
  }

  void compareRethrows() {
    std::map<std::pair<uint32_t, uint32_t>, bool> got;
    for (const FlowCounts::Rethrow &rethrow : counts.rethrows)
      got[{rethrow.from, rethrow.handler}] = rethrow.count == 1;
    size_t found = 0;
    for (auto [each, count] : truth.rethrows)
      for (auto [other, hit] : got)
        found += hit && other.second == each.second && thrownInto(fn, dialect, other.first) == each.first;
    if (problem.empty() && (found != truth.rethrows.size() || got.size() != truth.rethrows.size()))
      problem = "re-raised exceptions came from elsewhere";
  }

  const Function &fn;
  const Cfg &cfg;
  const ProbePlan &plan;
  const Dialect &dialect;
  const Truth &truth;
  const FlowCounts &counts;
  std::string problem;
};

} // namespace

std::string compareHits(const Compiled &code, const Dialect &dialect, const Truth &truth,
                        llvm::ArrayRef<uint64_t> counters, llvm::ArrayRef<Loss> losses) {
  auto counts = solveHits(code, dialect, counters, losses);
  if (!counts)
    return toString(counts.takeError());
  return HitComparison(code, dialect, truth, *counts).run();
}

} // namespace blockcov::test
