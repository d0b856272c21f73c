//===- frames.h - the Python frames of this process -------------*- C++ -*-===//
#pragma once

#include "runtime/resolve.h"

namespace blockcov {

/// Adds one to the loss cell of each frame of rewritten code, in all threads, at
/// the instruction where it stands, then calls `then`, which may be null and makes
/// no Python objects. No other thread runs Python code meanwhile. The caller is
/// attached to the interpreter (has the GIL); the error indicator is left alone.
void recordFrames(LossKind kind, void (*then)() = nullptr);

} // namespace blockcov
