//===- line_reference.h - line events, one instruction at a time -*- C++ -*-===//
#pragma once

#include "tests/unit/runtime_resolve/walk.h"

namespace blockcov::test {

/// Counts the line events that a tracing interpreter would report on walks, by following each of them and applying the
/// interpreter's rule to every instruction and the one before it.
class LineReference {
public:
  LineReference(const Function &fn, const Dialect &dialect);

  void add(const Walk &walk);

  std::map<int32_t, uint64_t> events;

private:
  static constexpr uint32_t kNone = ~0u;

  bool is(uint32_t i, uint8_t op) const { return op && i < fn.instrs.size() && fn.instrs[i].op == op; }
  int32_t line(uint32_t i) const { return fn.instrs[i].loc.line; }
  bool isSkipped(uint32_t i) const;
  bool isEvent(uint32_t before, uint32_t now) const;
  void findCandidates();

  const Function &fn;
  const Dialect &dialect;
  uint32_t first = 0; ///< the first RESUME
  std::vector<bool> startsRun, isTarget;
};

} // namespace blockcov::test
