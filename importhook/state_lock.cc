//===- state_lock.cc ------------------------------------------------------===//
#include "importhook/state_lock.h"

#ifdef Py_GIL_DISABLED

#include <atomic>

namespace blockcov {

namespace {

PyMutex mutex = {0};
int depth = 0; ///< how often its owner has it; guarded by it
thread_local constinit char self = 0;
// Relaxed: only the owner itself finds its own address here.
std::atomic<const char *> owner = nullptr;

bool isMine() { return owner.load(std::memory_order_relaxed) == &self; }

void lock() {
  if (!isMine()) {
    PyMutex_Lock(&mutex);
    owner.store(&self, std::memory_order_relaxed);
  }
  ++depth;
}

void unlock() {
  if (--depth)
    return;
  owner.store(nullptr, std::memory_order_relaxed);
  PyMutex_Unlock(&mutex);
}

} // namespace

StateLock::StateLock() { lock(); }
StateLock::~StateLock() { unlock(); }

void holdStateForFork() { lock(); }

void releaseStateInParent() {
  if (isMine()) // not if the hooks were registered while another thread was forking
    unlock();
}

void releaseStateInChild() {
  if (isMine() && depth == 1)
    mutex = {_Py_LOCKED}; // those that waited for it are not here
  releaseStateInParent();
}

} // namespace blockcov

#endif
