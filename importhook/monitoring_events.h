//===- monitoring_events.h - other tools' events are the originals' -*- C++ -*-===//
//
// The events of sys.monitoring name places of the code that runs. A callback that
// another tool registers hears of those of the original (code_type.h), and of none that
// probes and landing pads cause.
//
//===----------------------------------------------------------------------===//
#pragma once

namespace blockcov {

/// Once per process, after prepareCodeLinks(). Does nothing where there is no
/// sys.monitoring. False with an error set.
bool prepareMonitoring();

} // namespace blockcov
