//===- counters.cc --------------------------------------------------------===//
#include "runtime/counters.h"

namespace blockcov {

UnitCounters::~UnitCounters() {
  for (uint32_t code = 0; code != codeCount; ++code)
    for (const LossNode *node = losses_[code].load(std::memory_order_relaxed); node;) {
      const LossNode *next = node->next;
      delete node;
      node = next;
    }
}

void UnitCounters::push(uint32_t code, uint32_t unit, LossKind kind, uint64_t *count) {
  // Relaxed: whoever changes the head holds the shard's mutex, as we do.
  const LossNode *head = losses_[code].load(std::memory_order_relaxed);
  losses_[code].store(new LossNode{unit, kind, count, head}, std::memory_order_release);
}

} // namespace blockcov
