//===- builtin_patch.h - built-in attributes and functions of our own -*- C++ -*-===//
//
// What a built-in attribute, method or function does is changed in the object that
// stands for it (a descriptor, a function object): it stays the same object with
// the same name and documentation, and whoever has got hold of it has the changed one.
// Subinterpreters have objects of their own and are not concerned.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "importhook/py_ref.h"

namespace blockcov {

/// An attribute that is read through `ours` and written through `oursToSet`, where these
/// are not null. Static; install() once.
class PatchedAttribute {
public:
  PatchedAttribute(const char *name, getter ours, setter oursToSet = nullptr)
      : name(name), ours(ours), oursToSet(oursToSet) {}

  /// False with an error set if the type has no such attribute.
  bool install(PyTypeObject &type);
  const char *label() const { return name; }
  bool installed() const { return definition.name; }
  /// What it would be without us. New reference, or null with an error set.
  PyObject *plain(PyObject *self) const;
  /// Sets it as it would be without us; null deletes. -1 with an error set, or 0.
  int plainSet(PyObject *self, PyObject *value) const { return originalSet(self, value, definition.closure); }

private:
  const char *const name;
  const getter ours;
  const setter oursToSet;
  PyGetSetDef definition{};
  getter original = nullptr;     ///< null: it was a member
  setter originalSet = nullptr;  ///< null: it cannot be set
  PyMemberDef *member = nullptr; ///< static
};

/// A method, or a function of a module, that is called through `ours`, which has the
/// signature for `flags`. Static; install() once.
class PatchedFunction {
public:
  template <typename Function>
  PatchedFunction(const char *name, Function ours, int flags)
      : name(name), ours(reinterpret_cast<PyCFunction>(reinterpret_cast<void (*)()>(ours))), flags(flags) {}

  /// False with an error set if there is no such method or it is called in another way.
  bool installMethod(PyTypeObject &type);
  bool installFunction(PyObject *owner); ///< a module, or whatever has it as an attribute

  const char *label() const { return name; }
  bool installed() const { return definition.ml_name; }

  /// Call what would be there without us, by its signature.
  PyObject *plain(PyObject *self, PyObject *argument) const { return original(self, argument); }
  PyObject *plain(PyObject *self, PyObject *arguments, PyObject *keywords) const {
    return asFunction<PyObject *(PyObject *, PyObject *, PyObject *)>()(self, arguments, keywords);
  }
  PyObject *plain(PyObject *self, PyObject *const *arguments, Py_ssize_t count, PyObject *keywords) const {
    return asFunction<PyObject *(PyObject *, PyObject *const *, Py_ssize_t, PyObject *)>()(self, arguments, count,
                                                                                           keywords);
  }
  PyObject *plain(PyObject *self, PyObject *const *arguments, Py_ssize_t count) const {
    return asFunction<PyObject *(PyObject *, PyObject *const *, Py_ssize_t)>()(self, arguments, count);
  }

private:
  template <typename Signature> Signature *asFunction() const {
    return reinterpret_cast<Signature *>(reinterpret_cast<void (*)()>(original));
  }
  bool take(PyMethodDef *&slot);

  const char *const name;
  const PyCFunction ours;
  const int flags;
  PyMethodDef definition{};
  PyCFunction original = nullptr;
};

/// The attribute as the type itself has it, borrowed; null without an error.
PyObject *ownAttribute(PyTypeObject &type, const char *name);

} // namespace blockcov
