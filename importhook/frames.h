//===- frames.h - the Python frames of this process -------------*- C++ -*-===//
#pragma once

#include "runtime/resolve.h"

namespace blockcov {

/// Adds one to the loss cell of each frame of rewritten code, in all threads, at
/// the instruction where it stands. Needs the GIL; leaves the error indicator alone.
void recordFrames(LossKind kind);

} // namespace blockcov
