//===- probe_type.h - the constant that counts ------------------*- C++ -*-===//
#pragma once

#include "importhook/py_ref.h"

#include <cstdint>

namespace blockcov {

class UnitCounters;

/// A falsy object. Each test of its truth adds one to its counter.
struct ProbeObject {
  PyObject_HEAD;
#ifdef Py_GIL_DISABLED
  uint32_t slot;    ///< of the unit
  uint32_t counter; ///< of the unit: each thread has its own
#else
  uint64_t *counter; ///< borrowed from the shard, which lives for ever
#endif
};

extern PyTypeObject probeType;

inline bool isProbe(PyObject *object) { return Py_TYPE(object) == &probeType; }

/// The probe of one of the unit's counters, always the same. New reference, or null with
/// an error set.
PyObject *newProbe(UnitCounters &unit, uint64_t *counter);

} // namespace blockcov
