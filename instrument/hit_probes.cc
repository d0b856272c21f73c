//===- hit_probes.cc - which edges tell what was executed -----------------===//
//
// An edge needs a probe of its own unless it necessarily follows from its
// source's having been entered. The second answer comes from what may raise:
//
//   - an edge follows if it is the only way out of a block in which nothing can
//     raise, and if it is known whether that block was entered;
//   - a return needs a probe only if something before it may raise and a line
//     begins behind that: else nothing hangs on whether it was reached. Or if its
//     block may have been entered in a way that shows nowhere else;
//   - the same holds for a suspension, which may be the last thing of a frame.
//     The probe in front of it completes its block.
//
//===----------------------------------------------------------------------===//

#include "instrument/probes.h"

namespace blockcov {

namespace {

class HitPlanner {
public:
  HitPlanner(const Function &fn, const Cfg &cfg, const Dialect &dialect) : fn(fn), cfg(cfg), dialect(dialect) {}

  /// False if an edge can neither carry a probe nor be told from others.
  bool run() {
    plan.mode = Mode::Hits;
    plan.probeOf.resize(cfg.edges.size());
    plan.follows.resize(uint32_t(cfg.edges.size()));
    plan.completionOf.resize(cfg.blocks.size());
    plan.edgeOf.reserve(cfg.edges.size());
    for (const Edge &edge : cfg.edges)
      if (edge.slot == Slot::None && !isInferred(edge))
        return false;
    for (const Block &block : cfg.blocks)
      if (hidesWhatHappened(block) || mixesValues(block))
        return false;
    findFollowing();
    for (uint32_t number = 0; number < cfg.edges.size(); ++number)
      if (wantsProbe(number)) {
        plan.probeOf[number] = ProbeId{plan.probeCount()};
        plan.edgeOf.push_back(EdgeId{number});
      }
    for (uint32_t number = 0; number < cfg.blocks.size(); ++number)
      if (wantsCompletion(cfg.blocks[number])) {
        plan.completionOf[number] = ProbeId{plan.probeCount()};
        plan.edgeOf.push_back(EdgeId());
      }
    return true;
  }

  ProbePlan plan;

private:
  const OpcodeInfo &infoOf(uint32_t i) const { return dialect.info(fn.instrs[i].op); }
  const Block &source(const Edge &edge) const { return cfg.blocks[edge.from.value]; }
  bool endsWith(const Block &block, uint8_t op) const {
    return op && !block.empty() && fn.instrs[block.last()].op == op;
  }

  /// Edges without a slot whose value matters to no line or outcome, or shows at
  /// their target.
  bool isInferred(const Edge &edge) const {
    if (edge.kind == EdgeKind::Suspend || edge.kind == EdgeKind::Moved || edge.kind == EdgeKind::Throw)
      return true;
    return edge.from.valid() && endsWith(source(edge), dialect.send);
  }

  bool isMeasurable(const Edge &edge) const {
    return edge.slot != Slot::None && !(edge.from.valid() && endsWith(source(edge), dialect.send));
  }

  /// One way out of SEND, and of what may re-raise, cannot carry a probe. The latter
  /// leaves no trace if it leads out of the frame, and none if others than exceptions
  /// come to its handler. CPython's compiler lets both begin a block, and keeps
  /// handlers to themselves; elsewhere something may pass unseen.
  ///
  /// So it may in an `async for` that came to its end in one frame, and in another
  /// passed an exception on. CLEANUP_THROW goes on only when something was thrown into
  /// a delegation and that returned; it is taken to do the same each time.
  bool hidesWhatHappened(const Block &block) const {
    if (endsWith(block, dialect.endAsyncFor))
      return true;
    bool hasThrow = false, hasOther = false, endsDelegation = false;
    for (uint32_t in : block.in) {
      const Edge &edge = cfg.edges[in];
      hasThrow |= edge.kind == EdgeKind::Throw && !isMeasurable(edge);
      hasOther |= edge.kind != EdgeKind::Throw;
      endsDelegation |= edge.kind == EdgeKind::Jump && endsWith(source(edge), dialect.send);
    }
    if (hasThrow && hasOther)
      return true;
    bool decides = !block.empty() && (infoOf(block.last()).flow == Flow::Recheck || endsWith(block, dialect.send));
    return decides && (endsDelegation || startsLineBehindRaise(block));
  }

  /// `a and b or c` as a value: the second test is reached with a value that the
  /// first one knows, and with one that is new. How the new ones come out is the
  /// difference between counts; hits have none.
  bool mixesValues(const Block &block) const {
    if (block.in.size() < 2 || block.empty() || !isTruthTest(block.last()) || !passesOn(block, block.last()))
      return false;
    return leadsFromTest(block, /*depth=*/0);
  }

  bool isTruthTest(uint32_t i) const { return infoOf(i).test == Test::IfTrue || infoOf(i).test == Test::IfFalse; }

  /// The instructions up to `end` compute no value.
  bool passesOn(const Block &block, uint32_t end) const {
    for (uint32_t i = block.first; i < end; ++i) {
      uint8_t op = fn.instrs[i].op;
      if (op != dialect.copy && op != dialect.popTop && op != dialect.nop && op != dialect.swap &&
          op != dialect.unaryNot && !(dialect.toBool && op == dialect.toBool) &&
          !(dialect.notTaken && op == dialect.notTaken) && infoOf(i).flow != Flow::Goto)
        return false;
    }
    return true;
  }

  /// A way in comes from a test, perhaps by way of blocks that only tidy up.
  bool leadsFromTest(const Block &block, unsigned depth) const {
    for (uint32_t number : block.in) {
      const Edge &edge = cfg.edges[number];
      if (!edge.from.valid() || source(edge).empty())
        continue;
      const Block &from = source(edge);
      if (isTruthTest(from.last()) && edge.kind == EdgeKind::Jump)
        return true;
      if (depth < 4 && passesOn(from, from.end) && leadsFromTest(from, depth + 1))
        return true;
    }
    return false;
  }

  /// The greatest set such that each edge's source is entered by known ways only.
  void findFollowing() {
    for (uint32_t number = 0; number < cfg.edges.size(); ++number)
      if (mayFollow(cfg.edges[number]))
        plan.follows.set(number);
    for (bool changed = true; changed;) {
      changed = false;
      for (unsigned number : plan.follows.set_bits())
        for (uint32_t in : source(cfg.edges[number]).in)
          if (plan.follows.test(number) && !isMeasurable(cfg.edges[in]) && !plan.follows.test(in)) {
            plan.follows.reset(number);
            changed = true;
          }
    }
  }

  bool mayFollow(const Edge &edge) const {
    if (!edge.from.valid() || edge.slot == Slot::None || source(edge).out.size() != 1)
      return false;
    const Block &block = source(edge);
    // A head probe has seen all before it pass.
    bool headProbe = block.in.size() == 1 && cfg.edges[block.in.front()].slot == Slot::Head;
    for (uint32_t i = headProbe ? block.head : block.first; i < block.end; ++i)
      if (infoOf(i).mayRaise && !(i == block.last() && infoOf(i).flow == Flow::Raise))
        return false;
    return true;
  }

  bool wantsProbe(uint32_t number) const {
    const Edge &edge = cfg.edges[number];
    if (!isMeasurable(edge) || plan.follows.test(number))
      return false;
    return edge.kind != EdgeKind::Return || needsEnd(source(edge));
  }

  bool wantsCompletion(const Block &block) const {
    return !block.empty() && infoOf(block.last()).flow == Flow::Yield && needsEnd(block);
  }

  /// Whether something hangs on the block's having been passed to its end.
  bool needsEnd(const Block &block) const { return startsLineBehindRaise(block) || showsEntry(block); }

  /// Only what happens in the block tells whether a way into it was taken. Of SEND's
  /// suspension nobody needs to know.
  bool showsEntry(const Block &block) const {
    for (uint32_t number : block.in) {
      const Edge &edge = cfg.edges[number];
      bool suspends = edge.from.valid() && endsWith(source(edge), dialect.send) && edge.kind == EdgeKind::Fall;
      if (!isMeasurable(edge) && !plan.follows.test(number) && !suspends)
        return true;
    }
    return false;
  }

  bool startsLineBehindRaise(const Block &block) const {
    bool mayRaise = false;
    for (uint32_t i = block.first; i < block.end; ++i) {
      if (mayRaise && fn.instrs[i].loc.line != fn.instrs[i - 1].loc.line)
        return true;
      mayRaise |= infoOf(i).mayRaise;
    }
    return false;
  }

  const Function &fn;
  const Cfg &cfg;
  const Dialect &dialect;
};

} // namespace

llvm::Expected<ProbePlan> planHitProbes(const Function &fn, const Cfg &cfg, const Dialect &dialect,
                                        Placement placement) {
  HitPlanner planner(fn, cfg, dialect);
  if (planner.run())
    return std::move(planner.plan);
  return planProbes(fn, cfg, dialect, placement);
}

} // namespace blockcov
