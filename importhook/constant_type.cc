//===- constant_type.cc ---------------------------------------------------===//
#include "importhook/constant_type.h"

namespace blockcov {

static int constantBuffer(PyObject *self, Py_buffer *view, int flags) {
  static char nothing = 0; // never read or written: the buffer is empty
  return PyBuffer_FillInfo(view, self, &nothing, 0, /*readonly=*/1, flags);
}

/// bool(), which is False.
static PyObject *reduce(PyObject *, PyObject *) { return Py_BuildValue("O()", &PyBool_Type); }

static PyObject *self(PyObject *object, PyObject *) { return Py_NewRef(object); }

static PyMethodDef constantMethods[] = {
    {"__reduce__", reduce, METH_NOARGS, "Pickled as False: a constant that does nothing."},
    {"__reduce_ex__", reduce, METH_O, "Pickled as False: a constant that does nothing."},
    {"__copy__", self, METH_NOARGS, "Itself."},
    {"__deepcopy__", self, METH_O, "Itself."},
    {nullptr, nullptr, 0, nullptr},
};

static PyBufferProcs constantProcs = {constantBuffer, nullptr};

void makeImmortal([[maybe_unused]] PyObject *object) {
#if PY_VERSION_HEX >= 0x030f0000
  PyUnstable_SetImmortal(object);
#elif defined(Py_GIL_DISABLED)
  object->ob_tid = 0; // no thread's (_Py_UNOWNED_TID)
  object->ob_ref_local = _Py_IMMORTAL_REFCNT_LOCAL;
  object->ob_ref_shared = 0;
#elif PY_VERSION_HEX >= 0x030e0000
  object->ob_refcnt = _Py_IMMORTAL_INITIAL_REFCNT;
#elif PY_VERSION_HEX >= 0x030c0000
  object->ob_refcnt = _Py_IMMORTAL_REFCNT;
#endif
}

PyTypeObject makeConstantType(const char *name, const char *doc, Py_ssize_t size) {
  PyTypeObject type{};
  type.ob_base = PyVarObject{PyObject_HEAD_INIT(nullptr) 0};
  type.tp_name = name;
  type.tp_doc = doc;
  type.tp_basicsize = size;
  type.tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION | Py_TPFLAGS_IMMUTABLETYPE;
  type.tp_as_buffer = &constantProcs;
  type.tp_methods = constantMethods;
  return type;
}

} // namespace blockcov
