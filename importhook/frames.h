//===- frames.h - the Python frames of this process -------------*- C++ -*-===//
#pragma once

#include "runtime/context_recorder.h"
#include "runtime/resolve.h"

#include "llvm/ADT/STLFunctionalExtras.h"

namespace blockcov {

/// Calls `action` with the frames of rewritten code that have started, of all
/// threads, and where each stands. No other thread runs Python code meanwhile;
/// `action` makes no Python objects. The caller is attached to the interpreter (has
/// the GIL); the error indicator is left alone.
void atStandstill(llvm::function_ref<void(llvm::ArrayRef<StandingFrame>)> action);

/// Adds one to the loss cell of each frame, where it stands.
void recordFrames(llvm::ArrayRef<StandingFrame> frames, LossKind kind);

/// The two together, and then `then`, if it is not null.
void recordFrames(LossKind kind, void (*then)() = nullptr);

} // namespace blockcov
