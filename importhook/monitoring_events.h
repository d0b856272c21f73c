//===- monitoring_events.h - other tools' events are the originals' -*- C++ -*-===//
//
// The events of sys.monitoring name places of the code that runs. A callback that
// another tool registers hears of those of the original (code_type.h), and of none that
// probes and landing pads cause. Who listens at an original (set_local_events()) listens
// at what it is rewritten to.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "importhook/py_ref.h"

namespace blockcov {

/// Once per process, after prepareCodeLinks(). Does nothing where there is no
/// sys.monitoring. False with an error set.
bool prepareMonitoring();

/// Who listens at `original` now is to hear of `rewritten`.
void carryLocalEvents(PyCodeObject *original, PyCodeObject *rewritten);

} // namespace blockcov
