//===- forks.h - what a fork is for -----------------------------*- C++ -*-===//
#pragma once

namespace blockcov {

/// Whether this thread is in a call of subprocess to C, which forks only for the child to
/// become another program. Of Python, nothing runs in it but perhaps a `preexec_fn`.
/// Whoever asks need not have the GIL.
bool forksForExec();

/// In the child of such a call, before its `preexec_fn` is called: calls `then` when that
/// comes back, whether it succeeds or not. Not if it is an instance of a class with
/// __call__. The error indicator is left alone.
void callBehindPreexec(void (*then)());

} // namespace blockcov
