//===- stack_depth.cc - co_stacksize of the rewritten code ----------------===//

#include "instrument/stack_depth.h"

#include <algorithm>

namespace blockcov {

uint32_t stackDepth(const Inserted &code) {
  uint32_t depth = code.fn.stackSize + 1;
  for (const Handler &handler : code.fn.handlers)
    depth = std::max(depth, handler.depth + (handler.lasti ? 1 : 0) + /*exc, copy, previous, pad*/ 4);
  return depth;
}

} // namespace blockcov
