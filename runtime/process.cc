//===- process.cc ---------------------------------------------------------===//
#include "runtime/process.h"

#include "runtime/shard.h"
#include "runtime/thread_counters.h"

#include "llvm/ADT/STLExtras.h"

#include <mutex>
#include <pthread.h>
#include <utility>
#include <vector>

namespace blockcov {

namespace {

struct Followed {
  std::mutex mutex;
  std::vector<Shard *> shards; ///< never destroyed
  LeadsToExec ask = nullptr;   ///< may be null
  bool leadsToExec = false;    ///< the fork() that is under way
  bool countsNothing = false;  ///< this is its child
};

Followed &followed() {
  static auto *instance = new Followed; // outlives every thread and exit handler
  return *instance;
}

/// Each moves to a file of its own.
void forkChildren() {
  for (Shard *each : llvm::reverse(followed().shards))
    each->forkChild();
}

} // namespace

void setLeadsToExec(LeadsToExec ask) {
  std::lock_guard lock(followed().mutex);
  followed().ask = ask;
}

bool continueInChild() {
  std::lock_guard lock(followed().mutex);
  if (!std::exchange(followed().countsNothing, false))
    return false;
  for (Shard *each : followed().shards)
    each->forkPrepare();
  forkChildren();
  return true;
}

void followForks(Shard &shard) {
  static const int registered = ::pthread_atfork(
      [] {
        followed().mutex.lock();
        followed().leadsToExec = followed().ask && followed().ask();
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
        followed().countsNothing = followed().leadsToExec;
        if (followed().countsNothing)
          for (Shard *each : llvm::reverse(followed().shards))
            each->forkChildThatCountsNothing();
        else
          forkChildren();
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
    if (!shard->removeIfIdle())
      shard->seal();
}

} // namespace blockcov
