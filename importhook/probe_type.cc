//===- probe_type.cc ------------------------------------------------------===//
#include "importhook/probe_type.h"

#include "importhook/constant_type.h"

#ifdef Py_GIL_DISABLED
#include "importhook/state_lock.h"
#include "runtime/thread_counters.h"

#include <vector>
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

#ifdef Py_GIL_DISABLED

/// Threads that load the same constant would contend for its reference count, so
/// probes are immortal, as the interpreter makes the constants that it knows. So
/// that programs which execute the same code over and over do not fill the memory,
/// each counter has one probe for all code objects.
PyObject *newProbe(UnitCounters &unit, uint64_t *counter) {
  static auto *blocks = new std::vector<ProbeObject *>; // by slot; never destroyed
  StateLock lock;
  enrol(unit);
  if (unit.slot >= blocks->size())
    blocks->resize(unit.slot + 1);
  ProbeObject *&probes = (*blocks)[unit.slot];
  if (!probes) {
    probes = static_cast<ProbeObject *>(PyMem_RawCalloc(unit.counterCount, sizeof(ProbeObject)));
    if (!probes)
      return PyErr_NoMemory();
    for (uint32_t index = 0; index != unit.counterCount; ++index) {
      makeImmortal(PyObject_Init(reinterpret_cast<PyObject *>(&probes[index]), &probeType));
      probes[index].slot = unit.slot;
      probes[index].counter = index;
    }
  }
  return reinterpret_cast<PyObject *>(&probes[counter - unit.counters]);
}

#else

PyObject *newProbe(UnitCounters &, uint64_t *counter) {
  ProbeObject *probe = PyObject_New(ProbeObject, &probeType);
  if (probe)
    probe->counter = counter;
  return reinterpret_cast<PyObject *>(probe);
}

#endif

} // namespace blockcov
