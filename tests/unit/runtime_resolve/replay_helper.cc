//===- replay_helper.cc - a walk through the rewritten bytes --------------===//

#include "tests/unit/runtime_resolve/walk.h"

#include "instrument/exception_table.h"

namespace blockcov::test {

namespace {

/// One instruction of the rewritten bytes.
struct Fetched {
  uint32_t unit; ///< of the opcode, behind its prefixes
  uint8_t op;
  uint32_t arg;
  uint32_t next; ///< the unit behind its caches
};

class Replay {
public:
  Replay(const Compiled &code, const Dialect &dialect, const Walk &walk, Recorded &recorded)
      : code(code), dialect(dialect), walk(walk), recorded(recorded), bytes(code.assembled.bytes) {
    recorded.counters.resize(bytes.probeCount);
    handlers = cantFail(decodeExceptionTable(bytes.exceptionTable, uint32_t(bytes.code.size() / 2)));
    for (uint32_t i = 0; i < code.inserted.fn.instrs.size(); ++i)
      originAt[code.assembled.unitOf[i]] = code.inserted.origins[i];
  }

  std::string run() {
    if (walk.start != Start::Call)
      pc = placeOf(walk.steps[0]);
    if (walk.start == Start::Standing)
      record(reported(walk.steps[0], pc), LossKind::Started);
    if (walk.start != Start::Call) {
      Fetched standing = fetch(pc);
      if (isInserted(standing)) { // on a trampoline
        pc = jumpTarget(standing);
        ++done;
      }
    }
    while (running && problem.empty())
      step();
    if (problem.empty() && done != walk.steps.size())
      problem = "the rewritten code ended after step " + std::to_string(done);
    return problem;
  }

private:
  Fetched fetch(uint32_t unit) const {
    Fetched got{unit, 0, 0, 0};
    do {
      got.unit = unit;
      got.op = bytes.code[2 * unit];
      got.arg = got.arg << 8 | bytes.code[2 * unit + 1];
      ++unit;
    } while (got.op == dialect.extendedArg);
    got.next = unit + dialect.info(got.op).caches;
    return got;
  }

  uint32_t jumpTarget(const Fetched &instr) const {
    return dialect.info(instr.op).jump == Jump::Forward ? instr.next + instr.arg : instr.next - instr.arg;
  }

  bool isInserted(const Fetched &instr) const {
    auto found = originAt.find(instr.unit);
    return found != originAt.end() && found->second.inserted();
  }

  void fail(const std::string &text, const Fetched &at) {
    problem = text + " at unit " + std::to_string(at.unit) + " (" + dialect.info(at.op).name + ", step " +
              std::to_string(done) + ")";
  }

  void record(uint32_t unit, LossKind kind) { ++recorded.losses[{unit, kind}]; }

  /// Where the frame of a step stands, without its prefixes: mostly on the instruction itself.
  uint32_t placeOf(const Step &step) const {
    for (auto [unit, origin] : originAt)
      if (origin.instr == step.instr) {
        uint32_t onTrampoline = trampolineJump(fetch(unit));
        return onTrampoline && step.variant % 2 && step.act == Act::Jump ? onTrampoline : unit;
      }
    return 0;
  }

  /// The JUMP_BACKWARD of the trampoline that a jump leads to, if there is one; 0 otherwise. Signals are handled
  /// there instead of at the jump.
  uint32_t trampolineJump(const Fetched &jump) const {
    const OpcodeInfo &info = dialect.info(jump.op);
    if (isInserted(jump) || !info.isJump)
      return 0;
    Fetched at = fetch(jumpTarget(jump));
    if (at.op != dialect.loadConst || !isInserted(at))
      return 0;
    while (isInserted(at) && !originAt.find(at.unit)->second.edge.value != ~0u &&
           originAt.find(at.unit)->second.edge.value == ~0u)
      at = fetch(at.next);
    return isInserted(at) && at.op == dialect.jumpBackward ? at.unit : 0;
  }

  /// Where the interpreter says that a frame is, or that an exception was raised.
  uint32_t reported(const Step &step, uint32_t unit) const {
    Fetched instr = fetch(unit);
    uint32_t variant = step.variant / 2;
    uint32_t caches = dialect.info(instr.op).caches;
    if (instr.op == dialect.call && variant % 3 == 0)
      return unit + caches; // a Python callee
    if (instr.op == dialect.call && dialect.precall && variant % 3 == 1) {
      auto before = std::prev(originAt.find(unit));
      if (bytes.code[2 * before->first] == dialect.precall)
        return before->first; // PRECALL was specialised and made the call
    }
    if (step.act != Act::Raise)
      return unit;
    bool delegates = dialect.throwMovesFrame && instr.op == dialect.yieldValue &&
                     bytes.code[2 * (unit - 1)] == dialect.send;
    if (delegates && variant % 2)
      return unit - 1 + bytes.code[2 * (unit - 1) + 1]; // throw() has moved the frame
    if (dialect.fusesFastLoads && instr.op == dialect.loadFast && variant % 2 && done > 0 &&
        walk.steps[done - 1].act == Act::Next && previous + 1 == unit) {
      uint8_t first = bytes.code[2 * previous];
      if (first == dialect.storeFast || first == dialect.loadConst)
        return previous; // fused
    }
    return unit;
  }

  void unwind(const Fetched &from) {
    for (const ExceptionEntry &entry : handlers)
      if (entry.start <= from.unit && from.unit < entry.end) {
        pc = entry.target;
        return;
      }
    running = false;
  }

  void step() {
    Fetched at = fetch(pc);
    if (originAt.find(at.unit) == originAt.end())
      return fail("no instruction stands", at);
    if (isInserted(at))
      return stepInserted(at);
    if (done == walk.steps.size() || walk.steps[done].instr != originAt.find(at.unit)->second.instr)
      return fail("the walk is elsewhere", at);
    const Step &wanted = walk.steps[done];
    stepOriginal(at, wanted);
    previous = at.unit;
    ++done;
  }

  void stepOriginal(Fetched at, const Step &wanted) {
    switch (wanted.act) {
    case Act::Next:
      pc = at.next;
      return;
    case Act::Jump:
      pc = jumpTarget(at);
      if (at.op == dialect.forIter && dialect.endFor)
        skipEndFor(wanted);
      return;
    case Act::Moved:
      if (bytes.code[2 * (at.unit - 1)] != dialect.send)
        return fail("no SEND stands before YIELD_VALUE", at);
      pc = at.unit + bytes.code[2 * (at.unit - 1) + 1];
      return;
    case Act::Leave:
    case Act::Suspend:
      running = false;
      return;
    case Act::Raise:
    case Act::Stop: {
      uint32_t unit = reported(wanted, at.unit);
      if (uint32_t onTrampoline = trampolineJump(at); onTrampoline && wanted.variant % 2) {
        at = passProbe(fetch(jumpTarget(at)));
        unit = onTrampoline;
      }
      if (wanted.act == Act::Stop) {
        record(unit, LossKind::Running);
        running = false;
        return;
      }
      lasti = unit;
      unwind(at);
      return;
    }
    case Act::Throw:
      if (at.op != dialect.reraise || !at.arg)
        lasti = at.unit;
      unwind(at);
      return;
    }
  }

  /// The interpreter skips these units without looking at them.
  void skipEndFor(const Step &wanted) {
    Fetched end = fetch(pc);
    if (end.op != dialect.endFor || isInserted(end))
      return fail("an exhausted FOR_ITER finds no END_FOR", end);
    if (wanted.variant % 2)
      return;
    for (uint32_t k = 0; k < dialect.forEndLength; ++k) {
      Fetched skipped = fetch(pc);
      if (skipped.next != pc + 1 || isInserted(skipped))
        return fail("an exhausted FOR_ITER would skip a probe", skipped);
      ++done; // the walk takes it as executed
      pc = skipped.next;
    }
  }

  /// Counts, and returns what stands behind the probe.
  Fetched passProbe(Fetched load) {
    uint32_t probe = load.arg - code.fn.constCount;
    if (load.op != dialect.loadConst || load.arg < code.fn.constCount || probe >= bytes.probeCount) {
      fail("expected a probe", load);
      return load;
    }
    ++recorded.counters[probe];
    Fetched test = fetch(load.next);
    if (dialect.probeForm == ProbeForm::LoadJump) {
      if (test.op != dialect.popJumpIfFalse)
        fail("expected the probe's jump", test);
      return fetch(jumpTarget(test));
    }
    Fetched pop = fetch(test.next);
    if (test.op != dialect.toBool || pop.op != dialect.popTop)
      fail("expected the probe's TO_BOOL and POP_TOP", test);
    return fetch(pop.next);
  }

  void stepInserted(const Fetched &at) {
    if (at.op == dialect.loadConst) {
      pc = firstUnitOf(passProbe(at));
    } else if (at.op == dialect.copy) {
      passPad(at);
    } else if (at.op == dialect.reraise) {
      unwind(at); // the catch-all: nothing of the original handles it
      if (running)
        fail("the catch-all handler is handled", at);
    } else if (dialect.info(at.op).flow == Flow::Goto) {
      pc = jumpTarget(at);
    } else {
      fail("an instruction that is never to run", at);
    }
  }

  void passPad(const Fetched &copy) {
    Fetched load = fetch(copy.next), contains = fetch(load.next), pop = fetch(contains.next);
    uint32_t pad = load.arg - code.fn.constCount - bytes.probeCount;
    if (load.op != dialect.loadConst || pad >= bytes.padCount || contains.op != dialect.containsOp ||
        pop.op != dialect.popTop || copy.arg != (pad ? 2u : 1u))
      return fail("expected a landing pad", copy);
    record(lasti, pad ? LossKind(uint32_t(LossKind::Rethrown) + pad - 1) : LossKind::Raised);
    pc = pop.next;
  }

  /// A fetched instruction may have prefixes, which were folded already: run it as it is.
  uint32_t firstUnitOf(const Fetched &instr) const {
    uint32_t unit = instr.unit;
    while (unit > 0 && originAt.find(unit - 1) == originAt.end() && bytes.code[2 * (unit - 1)] == dialect.extendedArg &&
           isPrefix(unit - 1))
      --unit;
    return unit;
  }

  /// The unit belongs to no instruction before it: not one of its caches.
  bool isPrefix(uint32_t unit) const {
    auto after = originAt.upper_bound(unit);
    if (after == originAt.begin())
      return true;
    uint32_t before = std::prev(after)->first;
    return unit > before + dialect.info(bytes.code[2 * before]).caches;
  }

  const Compiled &code;
  const Dialect &dialect;
  const Walk &walk;
  Recorded &recorded;
  const Rewritten &bytes;
  llvm::SmallVector<ExceptionEntry, 0> handlers;
  std::map<uint32_t, Origin> originAt; ///< by unit of the opcode

  uint32_t pc = 0;
  size_t done = 0; ///< steps of the walk
  uint32_t previous = ~0u; ///< unit of the original instruction before
  uint32_t lasti = 0;
  bool running = true;
  std::string problem;
};

} // namespace

std::string replay(const Compiled &code, const Dialect &dialect, const Walk &walk, Recorded &recorded) {
  return Replay(code, dialect, walk, recorded).run();
}

} // namespace blockcov::test
