//===- stack_depth.h - co_stacksize of the rewritten code -------*- C++ -*-===//
#pragma once

#include "instrument/insert.h"

namespace blockcov {

/// Slots that the rewritten code needs. A probe pushes one value wherever it
/// stands; a landing pad three above what the unwinder leaves: the handler's
/// depth, lasti, and the exception.
uint32_t stackDepth(const Inserted &code);

} // namespace blockcov
