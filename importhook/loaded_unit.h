//===- loaded_unit.h - unmarshalling a rewritten unit -----------*- C++ -*-===//
#pragma once

#include "importhook/unit_originals.h"
#include "instrument/prepared_unit.h"
#include "runtime/counters.h"

#include <memory>

namespace blockcov {

/// The rewritten root of `unit`, which counts in `counters`. New reference, or null,
/// perhaps with an error set.
PyObject *loadUnit(const PreparedUnit &unit, std::shared_ptr<UnitOriginals> originals, UnitCounters &counters,
                   Mode mode, const Dialect &dialect);

} // namespace blockcov
