//===- hit_walk.h - what walks say in Mode::Hits ----------------*- C++ -*-===//
//
// Whether a probe fires is derived here from the walk in the original code and
// the plan alone: where on its edge a probe stands, and who gets so far.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "tests/unit/runtime_resolve/walk.h"

namespace blockcov::test {

/// The plan of Mode::Hits for the code, in which nothing but landing pads is
/// inserted. Losses are recorded by `replay`; probes by HitRecorder.
llvm::Expected<Compiled> compilePads(const CodeView &view, const Dialect &dialect);

/// The counters of probes that fire when a walk comes by.
class HitRecorder {
public:
  explicit HitRecorder(const Compiled &code) : code(code), counters(code.plan.probeCount()) {}

  void add(const Walk &walk);

private:
  void take(BlockId from, int64_t to, EdgeKind kind);
  void fire(ProbeId probe) {
    if (probe.valid())
      counters[probe.value] = 1;
  }

  const Compiled &code;

public:
  std::vector<uint64_t> counters;
};

/// Solves and compares with the truth: the text of the first difference, or nothing.
///
/// Exact: calls, raises, what re-raises, every edge that has a probe or follows, and how far each block was passed
/// unless a way out of it is unknown. Of all else nothing may be claimed that did not happen.
std::string compareHits(const Compiled &code, const Dialect &dialect, const Truth &truth,
                        llvm::ArrayRef<uint64_t> counters, llvm::ArrayRef<Loss> losses);

} // namespace blockcov::test
