//===- unit_originals.h - originals that were never made --------*- C++ -*-===//
//
// A unit that was rewritten before it was unmarshalled has no originals. Who asks for
// them gets those that the unit's own marshalled bytes give, all at once.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "importhook/py_ref.h"

#include <vector>

namespace blockcov {

/// Shared by the links of a unit's code objects. Guarded by the StateLock.
class UnitOriginals {
public:
  /// `data` has a buffer with what marshal wrote of a unit of `count` code objects.
  UnitOriginals(PyObject *data, size_t count) : data_(PyRef::borrow(data)), count_(count) {}

  /// Member `index` of the unit, in pre-order, borrowed; null with an error set.
  PyCodeObject *code(uint32_t index);

  /// What stands for `constants` of an original, so that code objects which share a
  /// tuple do so in both: `made`, or what was given for the same tuple before. Borrowed.
  PyObject *shown(PyObject *constants, PyRef made);

private:
  bool collect(PyObject *code);

  PyRef data_; ///< null: the originals are there
  const size_t count_;
  std::vector<PyRef> codes_;
  std::vector<std::pair<PyObject *, PyRef>> shown_; ///< keys are borrowed from codes_
};

} // namespace blockcov
