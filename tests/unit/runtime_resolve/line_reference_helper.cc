//===- line_reference_helper.cc - line events, one instruction at a time --===//
//
// 3.11   Python/ceval.c, maybe_call_line_trace
// 3.12   Python/instrumentation.c, initialize_lines and _Py_call_instrumentation_line
//
//===----------------------------------------------------------------------===//

#include "tests/unit/runtime_resolve/line_reference.h"

namespace blockcov::test {

LineReference::LineReference(const Function &fn, const Dialect &dialect) : fn(fn), dialect(dialect) {
  first = uint32_t(fn.instrs.size());
  for (uint32_t i = first; i-- > 0 && !is(i, dialect.returnGenerator);)
    if (is(i, dialect.resume))
      first = i;
  findCandidates();
}

void LineReference::findCandidates() {
  startsRun.assign(fn.instrs.size() + 1, false);
  isTarget.assign(fn.instrs.size() + 1, false);
  uint8_t endSend = dialect.find("END_SEND");
  int32_t current = -1;
  for (uint32_t i = first; i < fn.instrs.size(); ++i) {
    if (is(i, dialect.endAsyncFor) || is(i, dialect.endFor) || is(i, endSend) || is(i, dialect.resume) ||
        is(i, dialect.popIter))
      continue;
    bool forgotten = false; // a loop's end behind what leaves
    if (i >= 3 && is(i - 1, dialect.popIter)) {
      Flow flow = dialect.info(fn.instrs[i - 3].op).flow;
      forgotten = flow == Flow::Return || flow == Flow::Raise;
    }
    startsRun[i] = line(i) >= 0 && (line(i) != current || forgotten);
    current = line(i);
  }
  for (uint32_t i = first; i < fn.instrs.size(); ++i)
    if (fn.instrs[i].target.valid() && !is(i, dialect.endAsyncFor))
      isTarget[fn.instrs[i].target.value + (is(i, dialect.forIter) || is(i, dialect.send) ? 1 : 0)] = true;
  for (const Handler &handler : fn.handlers)
    if (!is(handler.target.value, dialect.endAsyncFor))
      isTarget[handler.target.value] = true;
  for (uint32_t i = 0; i < fn.instrs.size(); ++i)
    if (is(i, dialect.popIter))
      isTarget[i] = false;
}

bool LineReference::isSkipped(uint32_t i) const {
  for (uint32_t back = 0; dialect.endFor && back < dialect.forEndSkipped && back <= i; ++back)
    if (is(i - back, dialect.endFor))
      return true;
  return false;
}

bool LineReference::isEvent(uint32_t before, uint32_t now) const {
  if (now <= first || is(now, dialect.resume) || line(now) < 0)
    return false;
  if (dialect.minor == 11) {
    int32_t last = before == kNone || before <= first ? -1 : line(before);
    return last != line(now) || (now < before && !is(now, dialect.send));
  }
  bool candidate = startsRun[now] || isTarget[now];
  if (before == kNone)
    return candidate;
  if (candidate && (line(before) != line(now) || is(before, dialect.resume)))
    return true;
  if (is(before, dialect.jumpBackward) && line(before) == line(now))
    return true;
  int32_t delta = line(now) - fn.firstLine;
  return dialect.minor == 13 && startsRun[now] && !isTarget[now] && (delta < -125 || delta > 127);
}

void LineReference::add(const Walk &walk) {
  uint32_t before = kNone, lasti = kNone;
  for (size_t k = 0; k < walk.steps.size(); ++k) {
    const Step &step = walk.steps[k];
    uint32_t now = step.instr;
    bool entered = k > 0 || walk.start == Start::Call;
    // An exhausted FOR_ITER goes past END_FOR; what it skips is not seen.
    bool skipped = k > 0 && isSkipped(now);
    if (entered && !skipped && isEvent(before, now))
      ++events[line(now)];
    if (!skipped)
      before = now;
    if (step.act == Act::Raise) {
      // 3.13: a suspended frame stands at RESUME when something is thrown into it.
      bool atResume = dialect.suspendsAtResume && is(now, dialect.yieldValue);
      before = lasti = atResume ? now + 1 : now;
    } else if (step.act == Act::Throw) {
      bool restores = is(now, dialect.reraise) && fn.instrs[now].arg;
      if (restores && lasti != kNone)
        before = lasti;
      if (!restores)
        lasti = now;
    }
  }
}

} // namespace blockcov::test
