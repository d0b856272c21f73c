//===- walk_helper.cc - random walks and their truth ----------------------===//

#include "tests/unit/runtime_resolve/walk.h"

#include "runtime/flow.h"

namespace blockcov::test {

namespace {

bool isOp(const Function &fn, uint32_t i, uint8_t op) { return op && i < fn.instrs.size() && fn.instrs[i].op == op; }

/// Instructions that an exhausted FOR_ITER may skip.
bool isSkipped(const Function &fn, const Dialect &dialect, uint32_t i) {
  for (uint32_t back = 0; dialect.endFor && back < dialect.forEndSkipped && back <= i; ++back)
    if (isOp(fn, i - back, dialect.endFor))
      return true;
  return false;
}

/// Draws a walk.
class Walker {
public:
  Walker(const Function &fn, const Dialect &dialect, std::mt19937 &random, const WalkOptions &options)
      : fn(fn), dialect(dialect), random(random), options(options) {
    complete = uint32_t(fn.instrs.size());
    for (uint32_t i = complete; i-- > 0 && !isOp(fn, i, dialect.returnGenerator);)
      if (isOp(fn, i, dialect.resume))
        complete = i;
  }

  Walk run() {
    uint32_t at = begin();
    while (true) {
      Act act = choose(at);
      walk.steps.push_back({at, act, uint32_t(random())});
      switch (act) {
      case Act::Next:
        ++at;
        break;
      case Act::Jump:
        at = fn.instrs[at].target.value;
        break;
      case Act::Moved:
        at = fn.instrs[at - 1].target.value;
        break;
      case Act::Raise:
      case Act::Throw:
        raised = true;
        if (fn.instrs[at].handler == kNoHandler)
          return std::move(walk);
        at = fn.handlers[fn.instrs[at].handler].target.value;
        break;
      case Act::Leave:
      case Act::Suspend:
      case Act::Stop:
      case Act::Kill:
        return std::move(walk);
      }
    }
  }

private:
  bool chance(unsigned inThousand) { return random() % 1000 < inThousand; }
  Flow flowOf(uint32_t i) const { return dialect.info(fn.instrs[i].op).flow; }

  uint32_t begin() {
    if (options.plain)
      return 0;
    uint32_t at = uint32_t(random() % fn.instrs.size());
    if (chance(60) && mayStand(at))
      walk.start = Start::Standing;
    else if (chance(60) && (flowOf(at) == Flow::Yield || flowOf(at) == Flow::Generator))
      walk.start = Start::Resumed;
    else
      at = 0;
    return at;
  }

  /// The frame can be seen from outside, or an exception can start, from the first RESUME on.
  bool mayStand(uint32_t i) const {
    return i >= complete && !isSkipped(fn, dialect, i) && flowOf(i) != Flow::Yield && flowOf(i) != Flow::Generator &&
           !(isOp(fn, i, dialect.precall) && isOp(fn, i + 1, dialect.call));
  }

  bool mayRaise(uint32_t i) const {
    if (i < complete || isSkipped(fn, dialect, i) || flowOf(i) == Flow::Raise || flowOf(i) == Flow::Recheck ||
        isOp(fn, i, dialect.popIter)) // where that is said to have raised, its FOR_ITER has
      return false;
    if (isOp(fn, i, dialect.precall) && isOp(fn, i + 1, dialect.call))
      return false; // the call that it makes when it is specialised counts as that of CALL
    if (dialect.throwMovesFrame && isOp(fn, i, dialect.jumpBackwardNoInterrupt))
      return false; // what it is said to raise is the YIELD_VALUE's
    if (dialect.suspendsAtResume && i > 0 && isOp(fn, i, dialect.resume) && isOp(fn, i - 1, dialect.yieldValue))
      return false; // likewise
    // 3.11: these raise nothing, and what they are said to raise is the LOAD_FAST's.
    return !(dialect.fusesFastLoads && isOp(fn, i + 1, dialect.loadFast) &&
             (isOp(fn, i, dialect.storeFast) || isOp(fn, i, dialect.loadConst)));
  }

  Act choose(uint32_t i) {
    bool first = walk.steps.empty();
    if (first && walk.start == Start::Resumed)
      return Act::Next;
    const OpcodeInfo &info = dialect.info(fn.instrs[i].op);
    bool calm = options.plain && (!info.mayRaise || info.flow == Flow::Raise || info.flow == Flow::Return);
    if (mayRaise(i) && !calm && chance(options.raises))
      return Act::Raise;
    bool late = walk.steps.size() >= (calm ? 2 : 1) * options.limit; // a loop in which nothing may raise
    if (mayStand(i) && options.kills && chance(options.kills))
      return Act::Kill;
    if (mayStand(i) && (late || (!calm && chance(options.stops))))
      return Act::Stop;
    switch (info.flow) {
    case Flow::Next:
      return info.isJump && random() % 2 ? Act::Jump : Act::Next;
    case Flow::Goto:
      return Act::Jump;
    case Flow::Return:
      return Act::Leave;
    case Flow::Raise:
      // There is no lasti to restore where no exception has come from.
      return isOp(fn, i, dialect.reraise) && fn.instrs[i].arg && !raised ? Act::Stop : Act::Throw;
    case Flow::Recheck:
      return random() % 2 ? Act::Next : Act::Throw;
    case Flow::Generator:
      return random() % 8 ? Act::Next : Act::Suspend;
    case Flow::Yield:
      if (dialect.throwMovesFrame && i > 0 && isOp(fn, i - 1, dialect.send) && random() % 4 == 0)
        return Act::Moved;
      return random() % 8 && walk.steps.size() < options.limit ? Act::Next : Act::Suspend;
    }
    return Act::Leave;
  }

  const Function &fn;
  const Dialect &dialect;
  std::mt19937 &random;
  const WalkOptions &options;
  uint32_t complete = 0; ///< the first RESUME
  bool raised = false;   ///< an exception has been raised in this frame
  Walk walk;
};

} // namespace

uint32_t thrownInto(const Function &fn, const Dialect &dialect, uint32_t from) {
  bool resumed = dialect.suspendsAtResume && from > 0 && isOp(fn, from, dialect.resume);
  return resumed && isOp(fn, from - 1, dialect.yieldValue) ? from - 1 : from;
}

Walk randomWalk(const Function &fn, const Dialect &dialect, std::mt19937 &random, const WalkOptions &options) {
  return Walker(fn, dialect, random, options).run();
}

void Truth::add(const Function &fn, const Dialect &dialect, const Walk &walk) {
  if (walk.start == Start::Call) {
    ++calls;
    ++edges[{-1, 0, EdgeKind::Entry}];
  }
  uint32_t lasti = InstrId::kNone; // what RERAISE restores
  for (size_t k = 0; k < walk.steps.size(); ++k) {
    const Step &step = walk.steps[k];
    const Instr &instr = fn.instrs[step.instr];
    const Handler *handler = instr.handler == kNoHandler ? nullptr : &fn.handlers[instr.handler];
    int64_t handled = handler ? int64_t(handler->target.value) : -1;
    if (k > 0 || walk.start == Start::Call)
      ++instrs[step.instr];
    else if (walk.start == Start::Standing)
      --lost[step.instr];
    else
      --edges[{step.instr, -1, EdgeKind::Suspend}];
    switch (step.act) {
    case Act::Next:
      ++edges[{step.instr, step.instr + 1, EdgeKind::Fall}];
      break;
    case Act::Jump:
      ++edges[{step.instr, instr.target.value, EdgeKind::Jump}];
      break;
    case Act::Moved:
      ++edges[{step.instr, fn.instrs[step.instr - 1].target.value, EdgeKind::Moved}];
      break;
    case Act::Leave:
      ++edges[{step.instr, -1, EdgeKind::Return}];
      break;
    case Act::Suspend:
      ++edges[{step.instr, -1, EdgeKind::Suspend}];
      break;
    case Act::Raise:
      ++raised[step.instr];
      ++lost[step.instr];
      lasti = step.instr;
      break;
    case Act::Throw: {
      ++edges[{step.instr, handled, EdgeKind::Throw}];
      bool restores = instr.op == dialect.reraise && instr.arg;
      if (!restores)
        lasti = step.instr;
      else if (lasti != InstrId::kNone && handler && handler->lasti && fn.instrs[handler->target.value].loc.line >= 0)
        ++rethrows[{lasti, uint32_t(handled)}];
      break;
    }
    case Act::Stop:
      ++lost[step.instr];
      break;
    case Act::Kill:
      killedAt.push_back(step.instr);
      break;
    }
  }
}

std::vector<Loss> Recorded::lossCells() const {
  std::vector<Loss> cells;
  for (auto [place, count] : losses)
    cells.push_back({0, place.first, place.second, count});
  return cells;
}

std::string compareFlow(const Compiled &code, const Dialect &dialect, const Truth &truth, const Recorded &recorded) {
  auto counts = solveFlow(code, dialect, recorded.counters, recorded.lossCells());
  if (!counts)
    return toString(counts.takeError());
  auto differ = [](const std::string &what, int64_t got, int64_t wanted) {
    return what + ": solved " + std::to_string(got) + ", truth " + std::to_string(wanted);
  };
  for (uint32_t i = 0; i < code.fn.instrs.size(); ++i) {
    std::string name = "instruction " + std::to_string(i) + ' ' + dialect.info(code.fn.instrs[i].op).name;
    if (counts->raised[i] != truth.raised[i])
      return differ(name + " raised", int64_t(counts->raised[i]), int64_t(truth.raised[i]));
    if (counts->lost[i] != truth.lost[i])
      return differ(name + " lost", counts->lost[i], truth.lost[i]);
    if (counts->instrs[i] != truth.instrs[i])
      return differ(name, int64_t(counts->instrs[i]), int64_t(truth.instrs[i]));
  }
  for (uint32_t number = 0; number < code.cfg.edges.size(); ++number) {
    const Edge &edge = code.cfg.edges[number];
    const auto &blocks = code.cfg.blocks;
    if (edge.from.valid() && blocks[edge.from.value].empty())
      continue; // where the frame came from is on the edge into it
    int64_t from = edge.from.valid() ? int64_t(blocks[edge.from.value].last()) : -1;
    int64_t to = edge.to.valid() ? int64_t(blocks[edge.to.value].first) : -1;
    auto found = truth.edges.find({from, to, edge.kind});
    int64_t wanted = found == truth.edges.end() ? 0 : std::max<int64_t>(0, found->second);
    if (int64_t(counts->edges[number]) != wanted)
      return differ("edge " + std::to_string(number) + " from instruction " + std::to_string(from) + " to " +
                        std::to_string(to),
                    int64_t(counts->edges[number]), wanted);
  }
  std::map<std::pair<uint32_t, uint32_t>, uint64_t> rethrows;
  for (const FlowCounts::Rethrow &rethrow : counts->rethrows)
    rethrows[{thrownInto(code.fn, dialect, rethrow.from), rethrow.handler}] += rethrow.count;
  if (rethrows != truth.rethrows)
    return "re-raised exceptions came from elsewhere";
  return "";
}

} // namespace blockcov::test
