//===- landing_pad.cc -----------------------------------------------------===//
#include "importhook/landing_pad.h"

#include "importhook/constant_type.h"
#include "runtime/shard.h"

namespace blockcov {

LandingPadObject *landingPadOf(PyCodeObject *code) {
  // The rewriter puts it last; a copy by code.replace() may have added to that.
  for (Py_ssize_t index = PyTuple_GET_SIZE(code->co_consts); index-- > 0;) {
    PyObject *constant = PyTuple_GET_ITEM(code->co_consts, index);
    if (isLandingPad(constant)) return reinterpret_cast<LandingPadObject *>(constant);
  }
  return nullptr;
}

/// sq_contains. The interpreter has just unwound to the pad: the head of the
/// exception's traceback is the entry of this frame, made when the instruction
/// raised. Neither raises nor looks at the error indicator.
static int padContains(PyObject *self, PyObject *exception) {
  auto *pad = reinterpret_cast<LandingPadObject *>(self);
  if (!PyExceptionInstance_Check(exception)) return 0;
  PyObject *traceback = reinterpret_cast<PyBaseExceptionObject *>(exception)->traceback; // borrowed
  if (!traceback || !PyTraceBack_Check(traceback)) return 0;
  auto *head = reinterpret_cast<PyTracebackObject *>(traceback);
  if (head->tb_lasti < 0) return 0;
  PyRef code = PyRef::steal(reinterpret_cast<PyObject *>(PyFrame_GetCode(head->tb_frame)));
  // A traceback of another frame says nothing about this one.
  if (landingPadOf(reinterpret_cast<PyCodeObject *>(code.get())) != pad) return 0;
  UnitCounters &counters = *pad->place.counters;
  auto unit = static_cast<uint32_t>(head->tb_lasti) / kUnitBytes;
  counters.shard.recordLoss(counters, pad->place.code, unit, LossKind::Raised);
  return 0;
}

static Py_ssize_t padLength(PyObject *) { return 0; } // makes it falsy

static PyObject *padRepr(PyObject *self) {
  return PyUnicode_FromFormat("<blockcov landing pad of code %u>",
                              reinterpret_cast<LandingPadObject *>(self)->place.code);
}

static PySequenceMethods padSequence = [] {
  PySequenceMethods methods{};
  methods.sq_length = padLength;
  methods.sq_contains = padContains;
  return methods;
}();

static PyBufferProcs padBuffer = {constantBuffer, nullptr};

PyTypeObject landingPadType = [] {
  PyTypeObject type{};
  type.ob_base = PyVarObject{PyObject_HEAD_INIT(nullptr) 0};
  type.tp_name = "blockcov._blockcov.LandingPad";
  type.tp_doc = PyDoc_STR("A constant of rewritten code that counts what raised.");
  type.tp_basicsize = sizeof(LandingPadObject);
  type.tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION | Py_TPFLAGS_IMMUTABLETYPE;
  type.tp_repr = padRepr;
  type.tp_as_sequence = &padSequence;
  type.tp_as_buffer = &padBuffer;
  type.tp_methods = constantMethods;
  return type;
}();

PyObject *newLandingPad(CodePlace place) {
  LandingPadObject *pad = PyObject_New(LandingPadObject, &landingPadType);
  if (pad) pad->place = place;
  return reinterpret_cast<PyObject *>(pad);
}

} // namespace blockcov
