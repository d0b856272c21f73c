//===- probe_type.h - the constant that counts ------------------*- C++ -*-===//
#pragma once

#include "importhook/py_ref.h"

#include <cstdint>

namespace blockcov {

/// A falsy object. Each test of its truth adds one to its counter.
struct ProbeObject {
  PyObject_HEAD;
  uint64_t *counter; ///< borrowed from the shard, which lives for ever
};

extern PyTypeObject probeType;

inline bool isProbe(PyObject *object) { return Py_TYPE(object) == &probeType; }

/// New reference, or null with an error set.
PyObject *newProbe(uint64_t *counter);

} // namespace blockcov
