//===- forks.h - what a fork is for -----------------------------*- C++ -*-===//
#pragma once

namespace blockcov {

/// Whether this thread is in a call of subprocess to C, which forks only for the child to
/// become another program. Of Python, nothing runs in it but perhaps a `preexec_fn`.
/// Whoever asks need not have the GIL.
bool forksForExec();

} // namespace blockcov
