//===- loaded_unit.h - unmarshalling a rewritten unit -----------*- C++ -*-===//
#pragma once

#include "importhook/unit_originals.h"
#include "instrument/prepared_unit.h"
#include "runtime/counters.h"

namespace blockcov {

/// The rewritten root of `unit`, which counts in `counters`. `original` has a buffer
/// with the marshalled bytes that it was made from. New reference, or null, perhaps
/// with an error set.
PyObject *loadUnit(const PreparedUnit &unit, PyObject *original, UnitCounters &counters, Mode mode,
                   const Dialect &dialect);

} // namespace blockcov
