//===- inserted_constants.h - what rewriting adds to co_consts --*- C++ -*-===//
#pragma once

#include "importhook/code_link.h"

namespace blockcov {

/// Constants of the code objects of one unit, which come one after the other.
class InsertedConstants {
public:
  InsertedConstants(UnitCounters &counters, const Dialect &dialect)
      : counters_(counters), dialect_(dialect), counter_(counters.counters) {}

  /// How many there are behind the original's, with the link.
  static Py_ssize_t count(const Rewritten &rewritten) {
    return Py_ssize_t(rewritten.probeCount) + rewritten.padCount + 1;
  }

  /// Puts probes and landing pads into `constants`, from `first` on, in place of what
  /// is there. What the link is to be given, or nothing with an error set.
  std::optional<PatchesRef> put(PyObject *constants, Py_ssize_t first, const Rewritten &rewritten, uint32_t code);

  CodePlace place(uint32_t code) const { return {&counters_, code}; }
  bool isAtEnd() const { return counter_ == counters_.counters + counters_.counterCount; }

private:
  UnitCounters &counters_;
  const Dialect &dialect_;
  uint64_t *counter_; ///< of the next probe
};

/// Puts `item`, which it takes over, into a tuple that nobody else knows.
inline void putItem(PyObject *tuple, Py_ssize_t index, PyObject *item) {
  PyRef old = PyRef::steal(PyTuple_GET_ITEM(tuple, index));
  PyTuple_SET_ITEM(tuple, index, item);
}

/// Nothing in the constants of a code object refers back; nobody is to meet them who looks
/// through the collector's objects. A free-threaded build frees code objects by collecting them,
/// and those that nest in another one together with it only if it can look into its constants.
inline void hideFromCollector([[maybe_unused]] PyObject *constants) {
#ifndef Py_GIL_DISABLED
  PyObject_GC_UnTrack(constants);
#endif
}

} // namespace blockcov
