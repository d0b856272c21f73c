//===- line_events.cc - when a transfer starts a line ---------------------===//

#include "runtime/line_events.h"
#include "instrument/decode.h"

namespace blockcov {

namespace {

constexpr uint32_t kNowhere = ~0u; ///< the instruction before the first

class LineCounter {
public:
  LineCounter(const Compiled &code, const Dialect &dialect, const FlowCounts &counts)
      : fn(code.fn), cfg(code.cfg), dialect(dialect), counts(counts) {}

  std::map<int32_t, uint64_t> run() {
    // Nothing before the first RESUME is traced, nor is any RESUME.
    firstResume = findFirstResume(fn, dialect);
    silent = reachedAnnotations(fn, dialect);
    if (dialect.minor >= 12)
      findCandidates();
    for (uint32_t i = firstResume + 1; i < fn.instrs.size(); ++i)
      if (line(i) > 0 && fn.instrs[i].op != dialect.resume)
        lines[line(i)];
    for (uint32_t block = 0; block < cfg.blocks.size(); ++block)
      countBlock(cfg.blocks[block]);
    for (uint32_t edge = 0; edge < cfg.edges.size(); ++edge)
      countEdge(cfg.edges[edge], counts.edges[edge]);
    for (uint32_t i = 0; i < fn.instrs.size(); ++i)
      if (counts.raised[i] && fn.instrs[i].handler != kNoHandler)
        transfer(position(i), fn.handlers[fn.instrs[i].handler].target.value, counts.raised[i]);
    for (const FlowCounts::Rethrow &rethrow : counts.rethrows)
      transfer(position(rethrow.from), rethrow.handler, rethrow.count);
    return std::move(lines);
  }

private:
  int32_t line(uint32_t i) const { return !silent.empty() && silent.test(i) ? -1 : fn.instrs[i].loc.line; }
  bool isPopIter(uint32_t i) const { return dialect.popIter && fn.instrs[i].op == dialect.popIter; }

  /// Instructions at the head of a block that an exhausted FOR_ITER may skip.
  uint32_t skipped(const Block &block) const {
    if (block.empty() || !dialect.endFor || fn.instrs[block.first].op != dialect.endFor)
      return 0;
    return std::min(block.head - block.first, uint32_t(dialect.forEndSkipped));
  }

  void countBlock(const Block &block) {
    for (uint32_t i = block.first + skipped(block); i + 1 < block.end; ++i)
      transfer(i, i + 1, counts.passed(i));
  }

  /// RERAISE with an argument restores lasti: what follows comes from there, and
  /// where that matters a landing pad has recorded it.
  bool takesOverLasti(const Edge &edge) const {
    if (edge.kind != EdgeKind::Throw || !edge.to.valid())
      return false;
    const Instr &last = fn.instrs[cfg.blocks[edge.from.value].last()];
    return last.op == dialect.reraise && last.arg && fn.handlers[last.handler].lasti;
  }

  void countEdge(const Edge &edge, uint64_t count) {
    if (!edge.to.valid() || takesOverLasti(edge))
      return;
    uint32_t from = kNowhere;
    if (edge.from.valid()) {
      const Block *source = &cfg.blocks[edge.from.value];
      if (source->empty())
        return; // those who came in went on to what follows
      // Nothing of the block was visited: its predecessor, FOR_ITER, was.
      while (skipped(*source) == source->end - source->first) {
        BlockId before = source->in.empty() ? BlockId() : cfg.edges[source->in.front()].from;
        if (!before.valid() || cfg.blocks[before.value].empty())
          return; // no compiler makes an END_FOR that nothing leads to
        source = &cfg.blocks[before.value];
      }
      from = source->last();
    }
    const Block &target = cfg.blocks[edge.to.value];
    uint32_t skip = skipped(target);
    if (target.first + skip < fn.instrs.size() && (target.empty() || target.first + skip < target.end))
      transfer(from, target.first + skip, count);
  }

  /// Where the interpreter says that a frame stands whose instruction raised.
  uint32_t position(uint32_t raised) const {
    bool suspended = dialect.suspendsAtResume && fn.instrs[raised].op == dialect.yieldValue;
    return suspended ? raised + 1 : raised;
  }

  void transfer(uint32_t from, uint32_t to, uint64_t count) {
    if (count && to > firstResume && line(to) >= 0 && fn.instrs[to].op != dialect.resume &&
        (dialect.minor >= 12 ? startsLine312(from, to) : startsLine311(from, to)))
      lines[line(to)] += count;
  }

  bool startsLine311(uint32_t from, uint32_t to) const {
    int32_t before = from == kNowhere || from <= firstResume ? -1 : line(from);
    return before != line(to) || (to < from && fn.instrs[to].op != dialect.send);
  }

  bool startsLine312(uint32_t from, uint32_t to) const {
    if (from == kNowhere)
      return candidate.test(to);
    bool same = line(from) == line(to);
    if (candidate.test(to) && (!same || fn.instrs[from].op == dialect.resume))
      return true;
    if (same && fn.instrs[from].op == dialect.jumpBackward)
      return true;
    // 3.13 keeps far lines elsewhere and compares them with nothing.
    int64_t delta = int64_t(line(to)) - fn.firstLine;
    return dialect.farLinesStart && candidate.test(to) && !jumpedTo.test(to) && (delta < -125 || delta > 127);
  }

  /// What an exhausted loop goes on with, where CPython 3.14 forgets about the loop:
  ///   RETURN_VALUE (of a copy: break, then return)   END_FOR   POP_ITER   this
  /// Its line is that of the copy and gets no event, though it runs. Here it does.
  bool isForgotten(uint32_t i) const {
    if (i < 3 || !isPopIter(i - 1))
      return false;
    Flow before = dialect.info(fn.instrs[i - 3].op).flow;
    return before == Flow::Return || before == Flow::Raise;
  }

  void findCandidates() {
    uint32_t count = uint32_t(fn.instrs.size());
    candidate.resize(count);
    jumpedTo.resize(count);
    uint8_t endSend = dialect.find("END_SEND");
    int32_t current = -1;
    for (uint32_t i = firstResume; i < count; ++i) {
      uint8_t op = fn.instrs[i].op;
      if (op == dialect.endAsyncFor || op == dialect.endFor || op == endSend || op == dialect.resume || isPopIter(i))
        continue;
      if (line(i) >= 0 && (line(i) != current || isForgotten(i)))
        candidate.set(i);
      current = line(i);
    }
    auto mark = [&](uint32_t target) {
      if (target < count && line(target) >= 0 && !isPopIter(target)) {
        candidate.set(target);
        jumpedTo.set(target);
      }
    };
    for (uint32_t i = firstResume; i < count; ++i) {
      uint8_t op = fn.instrs[i].op;
      if (!fn.instrs[i].target.valid() || op == dialect.endAsyncFor)
        continue;
      mark(fn.instrs[i].target.value + (op == dialect.forIter || op == dialect.send ? 1 : 0));
    }
    for (const Handler &handler : fn.handlers)
      if (fn.instrs[handler.target.value].op != dialect.endAsyncFor)
        mark(handler.target.value);
  }

  const Function &fn;
  const Cfg &cfg;
  const Dialect &dialect;
  const FlowCounts &counts;
  uint32_t firstResume = 0;
  llvm::BitVector candidate, jumpedTo;
  llvm::BitVector silent; ///< instructions whose line is not the program's; empty: none
  std::map<int32_t, uint64_t> lines;
};

} // namespace

llvm::BitVector reachedAnnotations(const Function &fn, const Dialect &dialect) {
  llvm::BitVector found;
  if (!dialect.notTaken)
    return found;
  for (uint32_t i = findFirstResume(fn, dialect) + 3; i < fn.instrs.size(); ++i) {
    const Location &here = fn.instrs[i].loc;
    bool alike = fn.instrs[i].op == dialect.popJumpIfFalse && fn.instrs[i - 1].op == dialect.containsOp;
    for (uint32_t k = i - 3; alike && k < i; ++k)
      alike = fn.instrs[k].loc == here;
    if (!alike)
      continue;
    found.resize(uint32_t(fn.instrs.size()));
    found.set(i - 3, i + 1);
    if (i + 1 < fn.instrs.size() && fn.instrs[i + 1].op == dialect.notTaken)
      found.set(i + 1);
  }
  return found;
}

std::map<int32_t, uint64_t> countLines(const Compiled &code, const Dialect &dialect, const FlowCounts &counts) {
  return LineCounter(code, dialect, counts).run();
}

} // namespace blockcov
