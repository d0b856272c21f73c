//===- exception_table_test.cc - co_exceptiontable ------------------------===//

#include "instrument/exception_table.h"
#include "tests/unit/instrument/code_builder.h"

#include <gtest/gtest.h>

#include <random>

namespace blockcov {
namespace {

using Bytes = std::vector<uint8_t>;
using Entries = llvm::SmallVector<ExceptionEntry, 0>;

Bytes encode(const Entries &entries) {
  llvm::SmallVector<uint8_t, 0> out;
  encodeExceptionTable(entries, out);
  return {out.begin(), out.end()};
}

TEST(ExceptionTable, WorkedBytes) {
  // Units 4 to 10 at 20 with depth 1; 100 to 200 at 300 with depth 2 and lasti.
  Entries entries{{4, 10, 20, 1, false}, {100, 200, 300, 2, true}};
  Bytes bytes{0x80 | 4, 6, 20, 1 << 1, 0x80 | 64 | 1, 36, 64 | 1, 36, 64 | 4, 300 - 4 * 64, 2 << 1 | 1};
  EXPECT_EQ(encode(entries), bytes);
  EXPECT_TRUE(test::unwrap(decodeExceptionTable(bytes, 400)) == entries);
}

TEST(ExceptionTable, Empty) {
  EXPECT_TRUE(encode({}).empty());
  EXPECT_TRUE(test::unwrap(decodeExceptionTable({}, 1)).empty());
}

TEST(ExceptionTable, RandomRoundTrip) {
  std::mt19937 random(3);
  for (int round = 0; round < 500; ++round) {
    Entries entries;
    uint32_t unit = 0, count = 1 + random() % 300000;
    while (true) {
      ExceptionEntry entry;
      entry.start = unit + (random() % 2 ? 0 : random() % 3000);
      entry.end = entry.start + 1 + random() % (random() % 2 ? 50 : 70000);
      entry.target = random() % count;
      entry.depth = random() % 100;
      entry.lasti = random() % 2;
      if (entry.end > count)
        break;
      unit = entry.end;
      entries.push_back(entry);
    }
    ASSERT_TRUE(test::unwrap(decodeExceptionTable(encode(entries), count)) == entries);
  }
}

TEST(ExceptionTable, Malformed) {
  struct {
    Entries entries;
    const char *text;
  } const cases[] = {
      {{{5, 9, 1, 0, false}, {8, 10, 1, 0, false}}, "exception entry 1 starts at unit 8, the one before it ends at 9"},
      {{{5, 9, 1, 0, false}, {0, 3, 1, 0, false}}, "exception entry 1 starts at unit 0, the one before it ends at 9"},
      {{{5, 21, 1, 0, false}}, "exception entry 0 ends at unit 21, the code has 20"},
      {{{5, 9, 20, 0, false}}, "exception entry 0 is handled at unit 20, the code has 20"},
  };
  for (const auto &each : cases)
    EXPECT_EQ(test::errorOf(decodeExceptionTable(encode(each.entries), 20)), each.text);
}

TEST(ExceptionTable, SizesDoNotWrap) {
  Bytes bytes{0x80 | 1, 64 | 3, 64 | 63, 64 | 63, 64 | 63, 64 | 63, 63, 1, 0}; // 1 + UINT32_MAX
  EXPECT_EQ(test::errorOf(decodeExceptionTable(bytes, 20)),
            "exception entry 0 ends at unit 4294967296, the code has 20");
}

/// Cut at every byte: an error that says where, or whole entries.
TEST(ExceptionTable, EveryTruncation) {
  Entries entries{{4, 10, 20, 1, false}, {100, 200, 300, 2, true}, {200, 201, 3, 70, false}};
  Bytes bytes = encode(entries);
  size_t whole = 0;
  for (size_t size = 0; size < bytes.size(); ++size) {
    auto got = decodeExceptionTable(llvm::ArrayRef(bytes).take_front(size), 400);
    if (got) {
      EXPECT_EQ(bytes[size] & 0x80, 0x80) << "cut inside of an entry at byte " << size;
      ++whole;
    } else {
      EXPECT_EQ(llvm::toString(got.takeError()),
                "exception entry " + std::to_string(whole - 1) + " is cut off at byte " + std::to_string(size));
    }
  }
  EXPECT_EQ(whole, entries.size());
}

} // namespace
} // namespace blockcov
