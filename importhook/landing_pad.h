//===- landing_pad.h - the constant that sees exceptions --------*- C++ -*-===//
#pragma once

#include "importhook/hit_probe.h"
#include "importhook/py_ref.h"
#include "runtime/counters.h"

namespace blockcov {

/// Offsets of instructions are given in bytes by CPython, in units by us.
inline constexpr uint32_t kUnitBytes = 2;

/// Where a rewritten code object counts. Plain numbers and a borrowed pointer to
/// what lives as long as the process.
struct CodePlace {
  UnitCounters *counters = nullptr;
  uint32_t code = 0; ///< index in the unit
};

/// A falsy object. Testing its truth records where the exception that is being
/// handled was raised; for pads with a number above 0, `pad * lasti` (3.14: a test of
/// truth above lasti and exception) records where a re-raised one came from.
struct LandingPadObject {
  PyObject_HEAD;
  UnitCounters *counters;
  uint32_t code;      ///< index in the unit
  uint32_t number;    ///< among the pads of its code object
  PatchesRef patches; ///< Mode::Hits: whom to tell; else null

  CodePlace place() const { return {counters, code}; }
};

extern PyTypeObject landingPadType;

inline bool isLandingPad(PyObject *object) { return Py_TYPE(object) == &landingPadType; }

/// New reference, or null with an error set.
PyObject *newLandingPad(CodePlace place, uint32_t number, const PatchesRef &patches);

/// The last landing pad among the constants of `code`, borrowed, or null.
LandingPadObject *landingPadOf(PyCodeObject *code);

} // namespace blockcov
