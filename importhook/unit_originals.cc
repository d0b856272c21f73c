//===- unit_originals.cc --------------------------------------------------===//
#include "importhook/unit_originals.h"

#include <marshal.h>

namespace blockcov {

bool UnitOriginals::collect(PyObject *code) {
  if (codes_.size() == count_)
    return false;
  codes_.push_back(PyRef::borrow(code));
  PyObject *constants = reinterpret_cast<PyCodeObject *>(code)->co_consts;
  for (Py_ssize_t index = 0; index != PyTuple_GET_SIZE(constants); ++index)
    if (PyObject *constant = PyTuple_GET_ITEM(constants, index); PyCode_Check(constant) && !collect(constant))
      return false;
  return true;
}

PyCodeObject *UnitOriginals::code(uint32_t index) {
  if (data_) {
    Py_buffer buffer;
    if (PyObject_GetBuffer(data_.get(), &buffer, PyBUF_SIMPLE) < 0)
      return nullptr;
    PyRef root = PyRef::steal(PyMarshal_ReadObjectFromString(static_cast<const char *>(buffer.buf), buffer.len));
    PyBuffer_Release(&buffer);
    if (!root)
      return nullptr;
    if (data_) { // making objects may have run a collection
      codes_.clear();
      if (!PyCode_Check(root.get()) || !collect(root.get()) || codes_.size() != count_) {
        PyErr_SetString(PyExc_SystemError, "the bytes of a module's code have changed");
        return nullptr;
      }
      PyRef done = std::move(data_);
    }
  }
  return reinterpret_cast<PyCodeObject *>(codes_[index].get());
}

PyObject *UnitOriginals::shown(PyObject *constants, PyRef made) {
  for (const auto &[original, known] : shown_)
    if (original == constants)
      return known.get();
  return shown_.emplace_back(constants, std::move(made)).second.get();
}

} // namespace blockcov
