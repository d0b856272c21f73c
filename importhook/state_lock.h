//===- state_lock.h - one thread at a time sets up and rewrites -*- C++ -*-===//
//
// With a GIL, that is the lock. Without one, all that start() sets up, the links
// between code objects and the way from an original to a rewritten one are
// guarded by one lock of the process. Counting takes none.
//
// A thread that waits for it detaches from the interpreter, so that whoever stops
// all threads (the collector does) need not wait for that. Callbacks into Python
// run without it; what runs with it calls nothing that waits for other threads.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "importhook/py_ref.h"

namespace blockcov {

#ifdef Py_GIL_DISABLED

/// Holds the lock as long as it lives. A thread that has it may take it again.
class StateLock {
public:
  StateLock();
  ~StateLock();
  StateLock(const StateLock &) = delete;
  StateLock &operator=(const StateLock &) = delete;
};

/// Around fork(), so that no other thread has it there: the child would wait for ever.
void holdStateForFork();
void releaseStateInParent();
void releaseStateInChild();

#else

class StateLock {
public:
  StateLock() {} // not trivial: a variable that nobody names is no mistake
};

#endif

} // namespace blockcov
