//===- greenlets.h - frames that no thread stands in ------------*- C++ -*-===//
#pragma once

#include "importhook/py_ref.h"

#include <vector>

namespace blockcov {

/// The innermost frame of each greenlet that is switched away from, of all threads; none
/// if the program does not use greenlets. The caller has the GIL; garbage is not
/// collected meanwhile. No error is set.
std::vector<PyRef> framesOfGreenlets();

} // namespace blockcov
