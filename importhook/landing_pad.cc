//===- landing_pad.cc -----------------------------------------------------===//
#include "importhook/landing_pad.h"

#include "importhook/constant_type.h"
#include "importhook/py_code.h"
#include "runtime/shard.h"

#include <new>

namespace blockcov {

LandingPadObject *landingPadOf(PyCodeObject *code) {
  // The rewriter puts it last; a copy by code.replace() may have added to that.
  for (Py_ssize_t index = PyTuple_GET_SIZE(code->co_consts); index-- > 0;) {
    PyObject *constant = PyTuple_GET_ITEM(code->co_consts, index);
    if (isLandingPad(constant))
      return reinterpret_cast<LandingPadObject *>(constant);
  }
  return nullptr;
}

static void record(const LandingPadObject *pad, uint32_t unit, LossKind kind) {
  UnitCounters &counters = *pad->counters;
  if (const LossNode *known = counters.find(pad->code, unit, kind))
    countOne(*known->count);
  else
    counters.shard.recordLoss(counters, pad->code, unit, kind);
}

/// The handler of an exception that RERAISE sent on: `unit` is the lasti that it restored.
static void recordRethrow(const LandingPadObject *pad, uint32_t unit) {
  record(pad, unit, static_cast<LossKind>(static_cast<uint32_t>(LossKind::Rethrown) + pad->number - 1));
}

/// The interpreter has just unwound to the pad: the head of the
/// exception's traceback is the entry of this frame, made when the instruction
/// raised. Neither raises nor looks at the error indicator.
static void recordRaise(const LandingPadObject *pad, PyObject *exception) {
  if (!PyExceptionInstance_Check(exception))
    return;
#ifdef Py_GIL_DISABLED
  PyRef owner = PyRef::steal(PyException_GetTraceback(exception)); // another thread may set it
  PyObject *traceback = owner.get();
#else
  PyObject *traceback = reinterpret_cast<PyBaseExceptionObject *>(exception)->traceback; // borrowed
#endif
  if (!traceback || !PyTraceBack_Check(traceback))
    return;
  auto *head = reinterpret_cast<PyTracebackObject *>(traceback);
  if (head->tb_lasti < 0)
    return;
  PyRef code = PyRef::steal(reinterpret_cast<PyObject *>(PyFrame_GetCode(head->tb_frame)));
  // A traceback of another frame says nothing about this one.
  auto *raiser = reinterpret_cast<PyCodeObject *>(code.get());
  const LandingPadObject *own = landingPadOf(raiser);
  if (!own || own->counters != pad->counters || own->code != pad->code)
    return;
  auto unit = static_cast<uint32_t>(head->tb_lasti) / kUnitBytes;
  if (!head->tb_next)
    unit = faultingUnit(raiser, unit, exception);
  record(pad, unit, LossKind::Raised);
  if (pad->patches)
    pad->patches->recorded(raiser, unit);
}

static void padDealloc(PyObject *self) {
  reinterpret_cast<LandingPadObject *>(self)->patches.~PatchesRef();
  PyObject_Free(self);
}

/// nb_bool of pad 0, between PUSH_EXC_INFO and POP_EXCEPT; of the others where lasti is no object.
static int padBool(PyObject *self) {
  auto *pad = reinterpret_cast<LandingPadObject *>(self);
  if (pad->number) {
    if (std::optional<uint32_t> lasti = lastiBelow(self))
      recordRethrow(pad, *lasti);
  } else if (PyRef exception = PyRef::steal(PyErr_GetHandledException())) {
    recordRaise(pad, exception.get());
  }
  return 0;
}

/// nb_multiply of the others where it is one: `pad * lasti`.
static PyObject *padMultiply(PyObject *left, PyObject *right) {
  if (!isLandingPad(left) || !PyLong_CheckExact(right))
    Py_RETURN_NOTIMPLEMENTED;
  long unit = PyLong_AsLong(right);
  if (unit >= 0)
    recordRethrow(reinterpret_cast<LandingPadObject *>(left), static_cast<uint32_t>(unit));
  else
    PyErr_Clear();
  return Py_NewRef(Py_False);
}

static PyObject *padRepr(PyObject *self) {
  return PyUnicode_FromFormat("<blockcov landing pad of code %u>", reinterpret_cast<LandingPadObject *>(self)->code);
}

static PyNumberMethods padNumber = [] {
  PyNumberMethods methods{};
  methods.nb_bool = padBool;
  methods.nb_multiply = padMultiply;
  return methods;
}();

PyTypeObject landingPadType = [] {
  PyTypeObject type =
      makeConstantType("blockcov._blockcov.LandingPad",
                       PyDoc_STR("A constant of rewritten code that counts what raised."), sizeof(LandingPadObject));
  type.tp_dealloc = padDealloc;
  type.tp_repr = padRepr;
  type.tp_as_number = &padNumber;
  return type;
}();

PyObject *newLandingPad(CodePlace place, uint32_t number, const PatchesRef &patches) {
  LandingPadObject *pad = PyObject_New(LandingPadObject, &landingPadType);
  if (pad) {
    pad->counters = place.counters;
    pad->code = place.code;
    pad->number = number;
    new (&pad->patches) PatchesRef(patches);
  }
  return reinterpret_cast<PyObject *>(pad);
}

} // namespace blockcov
