//===- landing_pad.cc -----------------------------------------------------===//
#include "importhook/landing_pad.h"

#include "importhook/constant_type.h"
#include "importhook/py_code.h"
#include "runtime/shard.h"

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
  UnitCounters &counters = *pad->place.counters;
  counters.shard.recordLoss(counters, pad->place.code, unit, kind);
}

/// The handler of an exception that RERAISE sent on: `lasti` is what it restored.
static void recordRethrow(const LandingPadObject *pad, PyObject *lasti) {
  // Whoever compares constants may come here as well.
  PyFrameObject *frame = PyLong_CheckExact(lasti) ? PyEval_GetFrame() : nullptr; // borrowed
  if (!frame)
    return;
  PyRef code = PyRef::steal(reinterpret_cast<PyObject *>(PyFrame_GetCode(frame)));
  const LandingPadObject *own = landingPadOf(reinterpret_cast<PyCodeObject *>(code.get()));
  if (!own || own->place.counters != pad->place.counters || own->place.code != pad->place.code)
    return;
  long unit = PyLong_AsLong(lasti);
  if (unit < 0)
    return PyErr_Clear();
  record(pad, static_cast<uint32_t>(unit),
         static_cast<LossKind>(static_cast<uint32_t>(LossKind::Rethrown) + pad->number - 1));
}

/// tp_richcompare: `pad == exception`. The interpreter has just unwound to the pad: the head of the
/// exception's traceback is the entry of this frame, made when the instruction
/// raised. Neither raises nor looks at the error indicator.
static void recordAt(const LandingPadObject *pad, PyObject *exception) {
  if (pad->number)
    return recordRethrow(pad, exception);
  if (!PyExceptionInstance_Check(exception))
    return;
  PyObject *traceback = reinterpret_cast<PyBaseExceptionObject *>(exception)->traceback; // borrowed
  if (!traceback || !PyTraceBack_Check(traceback))
    return;
  auto *head = reinterpret_cast<PyTracebackObject *>(traceback);
  if (head->tb_lasti < 0)
    return;
  PyRef code = PyRef::steal(reinterpret_cast<PyObject *>(PyFrame_GetCode(head->tb_frame)));
  // A traceback of another frame says nothing about this one.
  auto *raiser = reinterpret_cast<PyCodeObject *>(code.get());
  const LandingPadObject *own = landingPadOf(raiser);
  if (!own || own->place.counters != pad->place.counters || own->place.code != pad->place.code)
    return;
  auto unit = static_cast<uint32_t>(head->tb_lasti) / kUnitBytes;
  if (!head->tb_next)
    unit = faultingUnit(raiser, unit, exception);
  record(pad, unit, LossKind::Raised);
}

static PyObject *padCompare(PyObject *self, PyObject *other, int op) {
  if (op != Py_EQ)
    Py_RETURN_NOTIMPLEMENTED;
  recordAt(reinterpret_cast<LandingPadObject *>(self), other);
  return Py_NewRef(Py_False);
}

static Py_hash_t padHash(PyObject *self) { return PyBaseObject_Type.tp_hash(self); }

static PyObject *padRepr(PyObject *self) {
  return PyUnicode_FromFormat("<blockcov landing pad of code %u>",
                              reinterpret_cast<LandingPadObject *>(self)->place.code);
}

PyTypeObject landingPadType = [] {
  PyTypeObject type =
      makeConstantType("blockcov._blockcov.LandingPad",
                       PyDoc_STR("A constant of rewritten code that counts what raised."), sizeof(LandingPadObject));
  type.tp_repr = padRepr;
  type.tp_richcompare = padCompare;
  type.tp_hash = padHash;
  return type;
}();

PyObject *newLandingPad(CodePlace place, uint32_t number) {
  LandingPadObject *pad = PyObject_New(LandingPadObject, &landingPadType);
  if (pad) {
    pad->place = place;
    pad->number = number;
  }
  return reinterpret_cast<PyObject *>(pad);
}

} // namespace blockcov
