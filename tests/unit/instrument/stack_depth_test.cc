//===- stack_depth_test.cc - co_stacksize of the rewritten code -----------===//

#include "instrument/stack_depth.h"
#include "tests/unit/instrument/fixtures.h"
#include "tests/unit/instrument/stages.h"

#include <gtest/gtest.h>

namespace blockcov {
namespace {

using namespace blockcov::test;

TEST(StackDepth, AProbeTakesOneSlot) {
  Inserted code;
  code.fn.stackSize = 7;
  EXPECT_EQ(stackDepth(code), 8u);
}

TEST(StackDepth, APadTakesThreeAboveTheHandlersDepth) {
  Inserted code;
  code.fn.stackSize = 1;
  code.fn.handlers.push_back({InstrId{0}, 0, false}); // [exc, exc, previous, pad]
  EXPECT_EQ(stackDepth(code), 4u);
  code.fn.handlers.push_back({InstrId{0}, 0, true}); // [lasti, exc, exc, previous, pad]
  EXPECT_EQ(stackDepth(code), 5u);
  code.fn.handlers.push_back({InstrId{0}, 5, true});
  EXPECT_EQ(stackDepth(code), 10u);
  code.fn.stackSize = 20;
  EXPECT_EQ(stackDepth(code), 21u);
}

/// No pad needs more than was asked for, nor a probe at the deepest point.
TEST(StackDepth, Fixtures) {
  for (const Dialect *dialect : allDialects())
    for (const Fixture &each : fixtures(*dialect)) {
      Compiled code = unwrap(compile(each.view, *dialect));
      for (const Handler &handler : code.inserted.fn.handlers)
        EXPECT_LE(handler.depth + handler.lasti + 4, code.assembled.bytes.stackSize) << each.qualname;
      EXPECT_LT(each.view.stackSize, code.assembled.bytes.stackSize) << each.qualname;
    }
}

} // namespace
} // namespace blockcov
