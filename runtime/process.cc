//===- process.cc ---------------------------------------------------------===//
#include "runtime/process.h"

#include "runtime/shard.h"
#include "runtime/thread_counters.h"

#include "llvm/ADT/STLExtras.h"

#include <mutex>
#include <pthread.h>
#include <vector>

namespace blockcov {

namespace {

struct Followed {
  std::mutex mutex;
  std::vector<Shard *> shards; ///< never destroyed
};

Followed &followed() {
  static auto *instance = new Followed; // outlives every thread and exit handler
  return *instance;
}

} // namespace

void followForks(Shard &shard) {
  static const int registered = ::pthread_atfork(
      [] {
        followed().mutex.lock();
        forkPrepareThreads();
        for (Shard *each : followed().shards)
          each->forkPrepare();
      },
      [] {
        for (Shard *each : llvm::reverse(followed().shards))
          each->forkParent();
        forkParentThreads();
        followed().mutex.unlock();
      },
      [] {
        for (Shard *each : llvm::reverse(followed().shards))
          each->forkChild();
        forkChildThreads();
        followed().mutex.unlock();
      });
  (void)registered; // ENOMEM only; then children of this process would share the shard
  std::lock_guard lock(followed().mutex);
  followed().shards.push_back(&shard);
}

void sealFollowed() {
  std::lock_guard lock(followed().mutex);
  for (Shard *shard : followed().shards)
    shard->seal();
}

} // namespace blockcov
