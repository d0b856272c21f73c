//===- py_ref.h - an owned Python reference ---------------------*- C++ -*-===//
#pragma once

#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include <utility>

namespace blockcov {

/// Owns one reference, or none. Everything that is passed as a plain pointer is
/// borrowed, unless its name or comment says that it is stolen.
class PyRef {
public:
  PyRef() = default;
  PyRef(PyRef &&other) noexcept : object_(std::exchange(other.object_, nullptr)) {}
  PyRef &operator=(PyRef &&other) noexcept {
    PyRef old(std::move(*this)); // released last: a destructor may run Python code
    object_ = std::exchange(other.object_, nullptr);
    return *this;
  }
  ~PyRef() { Py_XDECREF(object_); }

  /// Takes over the caller's reference; null is allowed.
  static PyRef steal(PyObject *object) { return PyRef(object); }
  /// Makes a reference of its own; null is allowed.
  static PyRef borrow(PyObject *object) {
    Py_XINCREF(object);
    return PyRef(object);
  }

  PyObject *get() const { return object_; }
  PyObject *release() { return std::exchange(object_, nullptr); }
  explicit operator bool() const { return object_ != nullptr; }

private:
  explicit PyRef(PyObject *object) : object_(object) {}
  PyObject *object_ = nullptr;
};

} // namespace blockcov
