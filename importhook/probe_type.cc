//===- probe_type.cc ------------------------------------------------------===//
#include "importhook/probe_type.h"

#include "importhook/constant_type.h"
#include "importhook/state_lock.h"
#ifdef Py_GIL_DISABLED
#include "runtime/thread_counters.h"
#endif

namespace blockcov {

/// The hot path: reached by POP_JUMP_IF_FALSE or TO_BOOL with one indirect call.
static int probeBool(PyObject *self) {
  auto *probe = reinterpret_cast<ProbeObject *>(self);
#ifdef Py_GIL_DISABLED
  countHere(probe->slot, probe->counter);
#else
  countOne(*probe->counter);
#endif
  return 0;
}

static PyObject *probeRepr(PyObject *self) {
  auto *probe = reinterpret_cast<ProbeObject *>(self);
#ifdef Py_GIL_DISABLED
  return PyUnicode_FromFormat("<blockcov probe %u of unit %u>", probe->counter, probe->slot);
#else
  return PyUnicode_FromFormat("<blockcov probe at %p>", probe->counter);
#endif
}

static PyNumberMethods probeNumber = [] {
  PyNumberMethods methods{};
  methods.nb_bool = probeBool;
  return methods;
}();

PyTypeObject probeType = [] {
  PyTypeObject type = makeConstantType("blockcov._blockcov.Probe",
                                       PyDoc_STR("A constant of rewritten code that counts how often it is tested."),
                                       sizeof(ProbeObject));
  type.tp_repr = probeRepr;
  type.tp_as_number = &probeNumber;
  return type;
}();

/// One for each counter of the unit, in order. They stay as long as the counters, so
/// that programs which execute the same code over and over do not fill the memory.
/// Immortal where there is such a thing: nobody counts references to them, and
/// threads that load the same one do not contend for that count.
static ProbeObject *makeProbes(UnitCounters &unit) {
  auto *probes = static_cast<ProbeObject *>(PyMem_RawCalloc(unit.counterCount, sizeof(ProbeObject)));
  if (!probes) {
    PyErr_NoMemory();
    return nullptr;
  }
#ifdef Py_GIL_DISABLED
  enrol(unit);
#endif
  for (uint32_t index = 0; index != unit.counterCount; ++index) {
    makeImmortal(PyObject_Init(reinterpret_cast<PyObject *>(&probes[index]), &probeType));
#ifdef Py_GIL_DISABLED
    probes[index].slot = unit.slot;
    probes[index].counter = index;
#else
    probes[index].counter = &unit.counters[index];
#endif
  }
  return probes;
}

PyObject *newProbe(UnitCounters &unit, uint64_t *counter) {
  StateLock lock;
  if (!unit.probes)
    unit.probes = makeProbes(unit);
  if (!unit.probes)
    return nullptr;
  return Py_NewRef(reinterpret_cast<PyObject *>(&static_cast<ProbeObject *>(unit.probes)[counter - unit.counters]));
}

} // namespace blockcov
