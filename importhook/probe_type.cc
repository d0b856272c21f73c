//===- probe_type.cc ------------------------------------------------------===//
#include "importhook/probe_type.h"

#include "importhook/constant_type.h"

namespace blockcov {

/// The hot path: reached by POP_JUMP_IF_FALSE or TO_BOOL with one indirect call.
static int probeBool(PyObject *self) {
  countOne(*reinterpret_cast<ProbeObject *>(self)->counter);
  return 0;
}

static PyObject *probeRepr(PyObject *self) {
  return PyUnicode_FromFormat("<blockcov probe at %p>", reinterpret_cast<ProbeObject *>(self)->counter);
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

PyObject *newProbe(uint64_t *counter) {
  ProbeObject *probe = PyObject_New(ProbeObject, &probeType);
  if (probe)
    probe->counter = counter;
  return reinterpret_cast<PyObject *>(probe);
}

} // namespace blockcov
