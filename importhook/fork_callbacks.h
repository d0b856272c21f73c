//===- fork_callbacks.h - what is done around os.fork() ---------*- C++ -*-===//
#pragma once

namespace blockcov {

/// In forked children, from now on, the frames that they have of their parents are recorded
/// before they go on. Cannot be undone: once in a process. False with an error set.
bool followForkedFrames();

} // namespace blockcov
