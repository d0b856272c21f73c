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
    clean.assign(bytes.code.begin(), bytes.code.end());
    for (const PatchSite &site : bytes.sites)
      putBack(site, clean);
    if (recorded.live.empty()) {
      recorded.live.assign(bytes.code.begin(), bytes.code.end());
      for (const PatchSite &site : bytes.sites)
        recorded.waiting.push_back(site.probes);
    }
    handlers = cantFail(decodeExceptionTable(bytes.exceptionTable, uint32_t(bytes.code.size() / 2)));
    for (uint32_t i = 0; i < code.inserted.fn.instrs.size(); ++i)
      originAt[code.assembled.unitOf[i]] = code.inserted.origins[i];
  }

  std::string run() {
    if (walk.start != Start::Call)
      pc = placeOf(walk.steps[0]);
    if (walk.start == Start::Standing)
      record(reported(fetch(pc).unit, walk.steps[0].variant / 2, /*raises=*/false), LossKind::Started);
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
  Fetched fetch(uint32_t unit) const { return fetchFrom(recorded.live, unit); }

  Fetched fetchFrom(llvm::ArrayRef<uint8_t> from, uint32_t unit) const {
    Fetched got{unit, 0, 0, 0};
    do {
      got.unit = unit;
      got.op = from[2 * unit];
      got.arg = got.arg << 8 | from[2 * unit + 1];
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

  /// Where the frame of a step stands: mostly on the instruction itself.
  uint32_t placeOf(const Step &step) const {
    const auto &origins = code.inserted.origins;
    uint32_t i = 0;
    while (origins[i].instr != step.instr)
      ++i;
    for (uint32_t copy = i + 1; copy < origins.size(); ++copy)
      if (origins[copy].instr == step.instr && isDisplaced(copy))
        i = copy;
    uint32_t first = 0; // unit of its first prefix
    if (i > 0)
      first = fetchFrom(clean, code.assembled.unitOf[i - 1]).next;
    uint32_t onTrampoline = trampolineJump(fetch(first));
    return onTrampoline && step.variant % 2 && step.act == Act::Jump ? onTrampoline : first;
  }

  /// Whether frames pass the copy of an instruction on a stub rather than itself.
  bool isDisplaced(uint32_t copy) const {
    const auto &sites = code.inserted.sites;
    size_t site = sites.size();
    while (site > 0 && sites[site - 1].stub > copy)
      --site;
    return site > 0 && recorded.waiting[site - 1] > 0;
  }

  /// A site that leads from `unit` to its stub; null: the instruction itself is there.
  const PatchSite *armedSite(uint32_t unit) const {
    for (size_t site = 0; site < bytes.sites.size(); ++site)
      if (bytes.sites[site].unit == unit && !bytes.sites[site].argOnly && recorded.waiting[site] > 0)
        return &bytes.sites[site];
    return nullptr;
  }

  /// Probes of Mode::Hits count once, then their site is put back.
  void fire(uint32_t probe) {
    if (bytes.sites.empty()) {
      ++recorded.counters[probe];
      return;
    }
    const PatchSite &site = bytes.sites[bytes.siteOf[probe]];
    uint32_t &waiting = recorded.waiting[bytes.siteOf[probe]];
    if (recorded.counters[probe])
      return;
    recorded.counters[probe] = 1;
    if (--waiting > 0)
      return;
    putBack(site, recorded.live);
  }

  static void putBack(const PatchSite &site, std::vector<uint8_t> &into) {
    for (uint32_t k = 0; k < site.units; ++k) {
      into[2 * (site.unit + k)] = uint8_t(site.clean[k]);
      into[2 * (site.unit + k) + 1] = uint8_t(site.clean[k] >> 8);
    }
  }

  /// The JUMP_BACKWARD of the trampoline that a jump leads to, if there is one; 0 otherwise. Signals are handled
  /// there instead of at the jump.
  uint32_t trampolineJump(const Fetched &jump) const {
    if (isInserted(jump) || !dialect.info(jump.op).isJump)
      return 0;
    Fetched load = fetch(jumpTarget(jump));
    if (isInserted(load) && load.op == dialect.jumpBackward)
      return load.unit; // of a stub: the probe comes behind
    if (load.op != dialect.loadConst || !isInserted(load))
      return 0;
    Fetched goOn = fetch(afterProbe(load));
    return isInserted(goOn) && goOn.op == dialect.jumpBackward ? afterProbe(load) : 0;
  }

  uint32_t afterProbe(const Fetched &load) const {
    Fetched test = fetch(load.next);
    return dialect.probeForm == ProbeForm::LoadJump ? jumpTarget(test) : fetch(test.next).next;
  }

  /// Where the interpreter says that a frame stands, or that an exception was raised.
  uint32_t reported(uint32_t unit, uint32_t variant, bool raises) const {
    Fetched instr = fetch(unit);
    if (instr.op == dialect.call && variant % 3 == 0)
      return unit + dialect.info(instr.op).caches; // a Python callee
    if (instr.op == dialect.call && dialect.precall && variant % 3 == 1) {
      auto before = std::prev(originAt.find(unit));
      if (recorded.live[2 * before->first] == dialect.precall)
        return before->first; // PRECALL was specialised and made the call
    }
    if (!raises)
      return unit;
    if (dialect.throwMovesFrame && instr.op == dialect.yieldValue && recorded.live[2 * (unit - 1)] == dialect.send &&
        variant % 2)
      return unit - 1 + recorded.live[2 * (unit - 1) + 1]; // throw() has moved the frame
    if (dialect.suspendsAtResume && instr.op == dialect.yieldValue)
      return instr.next; // a suspended frame stands at RESUME
    if (dialect.fusesFastLoads && instr.op == dialect.loadFast && variant % 2 && done > 0 &&
        walk.steps[done - 1].act == Act::Next && previous + 1 == unit) {
      uint8_t first = recorded.live[2 * previous];
      if (first == dialect.storeFast || first == dialect.loadConst)
        return previous; // fused
    }
    return unit;
  }

  /// Else CPython itself would look in the wrong place; its compiler sees to that.
  bool hasHandlerOfTheOneBefore(uint32_t i) const {
    if (i == 0 || code.fn.instrs[i - 1].handler != code.fn.instrs[i].handler)
      return false;
    const Block &block = code.cfg.blocks[code.cfg.blockOf[i].value];
    if (block.isHandler && block.first == i)
      return false; // a landing pad stands in between; no handler that CPython makes begins with a call
    Flow before = dialect.info(code.fn.instrs[i - 1].op).flow; // of these no landing pad hears
    return before != Flow::Raise && before != Flow::Recheck;
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
    if (armedSite(pc)) {
      pc = jumpTarget(at);
      return;
    }
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
      if (recorded.live[2 * (at.unit - 1)] != dialect.send)
        return fail("no SEND stands before YIELD_VALUE", at);
      pc = at.unit + recorded.live[2 * (at.unit - 1) + 1];
      return;
    case Act::Leave:
    case Act::Suspend:
      running = false;
      return;
    case Act::Raise:
    case Act::Kill:
    case Act::Stop: {
      if (uint32_t onTrampoline = trampolineJump(at); onTrampoline && wanted.variant % 2) {
        if (onTrampoline != jumpTarget(at))
          passProbe(fetch(jumpTarget(at)));
        at = fetch(onTrampoline);
      }
      if (wanted.act == Act::Kill) {
        running = false;
        return;
      }
      uint32_t unit = reported(at.unit, wanted.variant / 2, wanted.act == Act::Raise);
      if (wanted.act == Act::Stop) {
        record(unit, LossKind::Running);
        running = false;
        return;
      }
      lasti = unit;
      if (dialect.throwMovesFrame && at.op == dialect.yieldValue)
        at.unit = unit; // where the frame was moved to, handlers are looked for
      if (dialect.unwindsFromBefore && at.op == dialect.call && hasHandlerOfTheOneBefore(wanted.instr))
        --at.unit; // a Python callee raises
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
    for (uint32_t k = 0; k < dialect.forEndSkipped; ++k) {
      Fetched skipped = fetch(pc);
      if (skipped.next != pc + 1 || isInserted(skipped))
        return fail("an exhausted FOR_ITER would skip a probe", skipped);
      ++done; // the walk takes it as executed
      pc = skipped.next;
    }
  }

  /// What asks a constant for its truth value.
  bool isTest(const Fetched &test) const {
    if (dialect.probeForm == ProbeForm::LoadJump)
      return test.op == dialect.popJumpIfFalse;
    return test.op == dialect.toBool && fetch(test.next).op == dialect.popTop;
  }

  /// Counts, and returns where the code goes on.
  uint32_t passProbe(const Fetched &load) {
    uint32_t probe = load.arg - code.fn.constCount;
    Fetched test = fetch(load.next);
    if (load.op != dialect.loadConst || load.arg < code.fn.constCount || probe >= bytes.probeCount || !isTest(test))
      fail("expected a probe", load);
    else
      fire(probe);
    return afterProbe(load);
  }

  void stepInserted(const Fetched &at) {
    if (at.op == dialect.copy) {
      passPad(at);
    } else if (at.op == dialect.loadConst && at.arg >= code.fn.constCount + bytes.probeCount) {
      passRethrowPad(at);
    } else if (at.op == dialect.loadConst) {
      pc = passProbe(at);
    } else if (at.op == dialect.reraise) {
      unwind(at); // the catch-all: nothing of the original handles it
      if (running)
        fail("the catch-all handler is handled", at);
    } else if (dialect.info(at.op).flow == Flow::Goto) {
      pc = jumpTarget(at);
    } else if (at.op == dialect.nop) {
      pc = at.next;
    } else {
      fail("an instruction that is never to run", at);
    }
  }

  uint32_t padOf(const Fetched &load) const { return load.arg - code.fn.constCount - bytes.probeCount; }

  void passPad(const Fetched &copy) {
    Fetched push = fetch(copy.next), load = fetch(push.next), test = fetch(load.next), pop = fetch(afterProbe(load)),
            restore = fetch(pop.next);
    if (copy.arg != 1 || push.op != dialect.pushExcInfo || load.op != dialect.loadConst || padOf(load) != 0 ||
        !isTest(test) || pop.op != dialect.popTop || restore.op != dialect.popExcept)
      return fail("expected a landing pad", copy);
    if (lasti != ~0u)
      record(lasti, LossKind::Raised);
    pc = restore.next;
  }

  void passRethrowPad(const Fetched &load) {
    if (dialect.tagsLasti)
      return passTaggedRethrowPad(load);
    Fetched copy = fetch(load.next), multiply = fetch(copy.next), pop = fetch(multiply.next);
    uint32_t pad = padOf(load);
    if (pad == 0 || pad >= bytes.padCount || copy.op != dialect.copy || copy.arg != 3 ||
        multiply.op != dialect.binaryOp || multiply.arg != Dialect::kMultiply || pop.op != dialect.popTop)
      return fail("expected a landing pad for re-raises", load);
    if (lasti != ~0u)
      record(lasti, LossKind(uint32_t(LossKind::Rethrown) + pad - 1));
    pc = pop.next;
  }

  void passTaggedRethrowPad(const Fetched &load) {
    uint32_t pad = padOf(load);
    if (pad == 0 || pad >= bytes.padCount || !isTest(fetch(load.next)))
      return fail("expected a landing pad for re-raises", load);
    if (lasti != ~0u)
      record(lasti, LossKind(uint32_t(LossKind::Rethrown) + pad - 1));
    pc = afterProbe(load);
  }

  const Compiled &code;
  const Dialect &dialect;
  const Walk &walk;
  Recorded &recorded;
  const Rewritten &bytes;
  std::vector<uint8_t> clean; ///< the code with all sites put back
  llvm::SmallVector<ExceptionEntry, 0> handlers;
  std::map<uint32_t, Origin> originAt; ///< by unit of the opcode

  uint32_t pc = 0;
  size_t done = 0;         ///< steps of the walk
  uint32_t previous = ~0u; ///< unit of the original instruction before
  uint32_t lasti = ~0u;    ///< of the last exception
  bool running = true;
  std::string problem;
};

} // namespace

std::string replay(const Compiled &code, const Dialect &dialect, const Walk &walk, Recorded &recorded) {
  return Replay(code, dialect, walk, recorded).run();
}

} // namespace blockcov::test
