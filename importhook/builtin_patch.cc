//===- builtin_patch.cc ---------------------------------------------------===//
#include "importhook/builtin_patch.h"

#include "importhook/py_code.h"

#include <structmember.h> // PyMember_GetOne in 3.11

namespace blockcov {

static bool unknown(const char *of, const char *name) {
  PyErr_Format(PyExc_RuntimeError, "%s.%s of this interpreter is not what blockcov knows", of, name);
  return false;
}

PyObject *ownAttribute(PyTypeObject &type, const char *name) {
  PyRef dictionary = PyRef::steal(typeDictionary(type));
  PyObject *found = dictionary ? PyDict_GetItemString(dictionary.get(), name) : nullptr;
  PyErr_Clear();
  return found;
}

bool PatchedAttribute::install(PyTypeObject &type) {
  static_assert(sizeof(PyMemberDescrObject) == sizeof(PyGetSetDescrObject));
  if (installed())
    return true;
  PyObject *descriptor = ownAttribute(type, name);
  auto *asGetter = reinterpret_cast<PyGetSetDescrObject *>(descriptor);
  if (descriptor && Py_IS_TYPE(descriptor, &PyGetSetDescr_Type)) {
    definition = *asGetter->d_getset;
    original = definition.get;
    originalSet = definition.set;
  } else if (descriptor && Py_IS_TYPE(descriptor, &PyMemberDescr_Type)) {
    member = reinterpret_cast<PyMemberDescrObject *>(descriptor)->d_member;
    definition.name = member->name;
    definition.doc = member->doc;
    Py_SET_TYPE(descriptor, &PyGetSetDescr_Type); // the two differ in one pointer, set below
  } else {
    return unknown(type.tp_name, name);
  }
  if (oursToSet && !originalSet)
    return unknown(type.tp_name, name);
  if (ours)
    definition.get = ours;
  if (oursToSet)
    definition.set = oursToSet;
  asGetter->d_getset = &definition;
  return true;
}

PyObject *PatchedAttribute::plain(PyObject *self) const {
  return original ? original(self, definition.closure) : PyMember_GetOne(reinterpret_cast<char *>(self), member);
}

/// `slot` is where the object that is called has its definition.
bool PatchedFunction::take(PyMethodDef *&slot) {
  if (slot->ml_flags != flags)
    return false;
  if (installed())
    return true;
  definition = *slot;
  original = std::exchange(definition.ml_meth, ours);
  slot = &definition;
  return true;
}

bool PatchedFunction::installMethod(PyTypeObject &type) {
  PyObject *descriptor = ownAttribute(type, name);
  return (descriptor && Py_IS_TYPE(descriptor, &PyMethodDescr_Type) &&
          take(reinterpret_cast<PyMethodDescrObject *>(descriptor)->d_method)) ||
         unknown(type.tp_name, name);
}

bool PatchedFunction::installFunction(PyObject *owner) {
  PyRef function = PyRef::steal(PyObject_GetAttrString(owner, name));
  if (!function)
    return false;
  return (PyCFunction_CheckExact(function.get()) &&
          take(reinterpret_cast<PyCFunctionObject *>(function.get())->m_ml)) ||
         unknown("the module", name);
}

} // namespace blockcov
