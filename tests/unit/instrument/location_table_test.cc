//===- location_table_test.cc - co_linetable ------------------------------===//

#include "instrument/location_table.h"
#include "tests/unit/instrument/code_builder.h"

#include <gtest/gtest.h>

#include <random>
#include <set>

namespace blockcov {
namespace {

using Bytes = std::vector<uint8_t>;
using Locations = llvm::SmallVector<Location, 0>;

/// The first byte of an entry: its kind and its number of units.
constexpr uint8_t head(unsigned kind, unsigned units) { return uint8_t(0x80 | kind << 3 | (units - 1)); }

Bytes encode(const Locations &locations, int32_t firstLine) {
  llvm::SmallVector<uint8_t, 0> out;
  LocationWriter writer(out, firstLine);
  for (const Location &loc : locations)
    writer.add(loc, 1);
  writer.finish();
  return {out.begin(), out.end()};
}

/// One location for each unit.
llvm::Expected<Locations> decodeLocations(llvm::ArrayRef<uint8_t> table, int32_t firstLine, uint32_t unitCount) {
  Locations locations;
  llvm::Error error = readLocations(table, firstLine, unitCount,
                                    [&](const Location &location, uint32_t end) { locations.resize(end, location); });
  if (error)
    return std::move(error);
  locations.resize(unitCount);
  return locations;
}

struct Worked {
  const char *what;
  Bytes bytes; ///< one entry of one unit
  Location loc;
};

// All relative to line 10.
const Worked kWorked[] = {
    {"short form 0", {head(0, 1), 0x23}, {10, 10, 2, 5}},
    {"short form 0, empty span", {head(0, 1), 0x00}, {10, 10, 0, 0}},
    {"short form 3", {head(3, 1), 0x7f}, {10, 10, 31, 46}},
    {"short form 9", {head(9, 1), 0x7f}, {10, 10, 79, 94}},
    {"one line, delta 0", {head(10, 1), 80, 90}, {10, 10, 80, 90}},
    {"one line, delta 1", {head(11, 1), 0, 127}, {11, 11, 0, 127}},
    {"one line, delta 2", {head(12, 1), 127, 127}, {12, 12, 127, 127}},
    {"no columns", {head(13, 1), 0}, {10, 10, -1, -1}},
    {"no columns, forward", {head(13, 1), 2 << 1}, {12, 12, -1, -1}},
    {"no columns, backward", {head(13, 1), 3 << 1 | 1}, {7, 7, -1, -1}},
    {"long", {head(14, 1), 1 << 1, 2, 5, 8}, {11, 13, 4, 7}},
    {"long, far",
     {head(14, 1), 64 | (2000 & 31) << 1, 2000 >> 5, 0, 64 | (130 & 63), 130 >> 6, 1},
     {2010, 2010, 129, 0}},
    {"long, no columns", {head(14, 1), 0, 1, 0, 0}, {10, 11, -1, -1}},
    {"none", {head(15, 1)}, {}},
};

TEST(LocationTable, WorkedBytesBothWays) {
  for (const Worked &worked : kWorked) {
    SCOPED_TRACE(worked.what);
    Locations decoded = test::unwrap(decodeLocations(worked.bytes, 10, 1));
    ASSERT_EQ(decoded.size(), 1u);
    EXPECT_TRUE(decoded[0] == worked.loc);
    EXPECT_EQ(encode({worked.loc}, 10), worked.bytes);
  }
}

TEST(LocationTable, EveryKindIsThere) {
  std::set<unsigned> kinds;
  for (const Worked &worked : kWorked)
    kinds.insert(worked.bytes[0] >> 3 & 15);
  EXPECT_EQ(kinds, (std::set<unsigned>{0, 3, 9, 10, 11, 12, 13, 14, 15}));
}

/// Every value of the bytes after the head, whose highest bit is clear in a well-formed table.
TEST(LocationTable, EveryShortForm) {
  for (unsigned kind = 0; kind < 10; ++kind)
    for (unsigned packed = 0; packed < 128; ++packed) {
      Bytes bytes{head(kind, 2), uint8_t(packed)};
      Locations got = test::unwrap(decodeLocations(bytes, 1, 2));
      int32_t column = int32_t(kind * 8 + (packed >> 4));
      Location wanted{1, 1, column, column + int32_t(packed & 15)};
      ASSERT_TRUE(got[0] == wanted && got[1] == wanted);
    }
  for (unsigned column = 0; column < 128; ++column) {
    Bytes bytes{head(10, 1), uint8_t(column), uint8_t(127 - column)};
    Locations got = test::unwrap(decodeLocations(bytes, 1, 1));
    ASSERT_TRUE(got[0] == (Location{1, 1, int32_t(column), int32_t(127 - column)}));
  }
}

TEST(LocationTable, RunsAreMergedAndSplitAtEight) {
  Location loc{3, 3, 1, 2};
  EXPECT_EQ(encode(Locations(20, loc), 3), (Bytes{head(0, 8), 0x11, head(0, 8), 0x11, head(0, 4), 0x11}));
  EXPECT_EQ(encode(Locations(9, Location()), 3), (Bytes{head(15, 8), head(15, 1)}));
}

TEST(LocationTable, NoLocationKeepsTheLine) {
  Locations locations{{5, 5, -1, -1}, {}, {5, 5, 0, 1}};
  Bytes bytes = encode(locations, 5);
  EXPECT_EQ(bytes, (Bytes{head(13, 1), 0, head(15, 1), head(0, 1), 0x01}));
  EXPECT_TRUE(test::unwrap(decodeLocations(bytes, 5, 3)) == locations);
}

TEST(LocationTable, EndsEarlyLeavesTheRestWithoutLocation) {
  Bytes bytes{head(0, 2), 0x11};
  Locations got = test::unwrap(decodeLocations(bytes, 1, 4));
  ASSERT_EQ(got.size(), 4u);
  EXPECT_EQ(got[1].line, 1);
  EXPECT_TRUE(got[2] == Location() && got[3] == Location());
  EXPECT_EQ(test::unwrap(decodeLocations({}, 1, 3)).size(), 3u);
}

TEST(LocationTable, LongerThanTheCodeIsCutThere) {
  Bytes bytes{head(0, 8), 0x11, 0x00}; // what follows is not looked at
  EXPECT_EQ(test::unwrap(decodeLocations(bytes, 1, 3)).size(), 3u);
}

TEST(LocationTable, Malformed) {
  struct {
    Bytes bytes;
    int32_t firstLine;
    const char *text;
  } const cases[] = {
      {{0x00}, 1, "location table: byte 0 does not start an entry"},
      {{head(15, 1), 0x7f}, 1, "location table: byte 1 does not start an entry"},
      {{head(0, 1)}, 1, "location table: the entry at byte 0 is cut off or too large"},
      {{head(15, 1), head(10, 1), 4}, 1, "location table: the entry at byte 1 is cut off or too large"},
      {{head(13, 1)}, 1, "location table: the entry at byte 0 is cut off or too large"},
      {{head(13, 1), 64}, 1, "location table: the entry at byte 0 is cut off or too large"},
      {{head(14, 1), 0, 0, 1}, 1, "location table: the entry at byte 0 is cut off or too large"},
      {{head(13, 1), 127, 127, 127, 127, 127, 127}, 1, "location table: the entry at byte 0 is cut off or too large"},
      {{head(13, 1), 2 << 1 | 1}, 1, "location table: the entry at byte 0 has an impossible line"},
      {{head(13, 1), 2}, INT32_MAX, "location table: the entry at byte 0 has an impossible line"},
      {{head(14, 1), 0, 127, 127, 127, 127, 127, 1, 0, 0},
       INT32_MAX - 1,
       "location table: the entry at byte 0 has an impossible line"},
  };
  for (const auto &each : cases)
    EXPECT_EQ(test::errorOf(decodeLocations(each.bytes, each.firstLine, 10)), each.text);
}

/// Random runs with all kinds of distances and columns survive the round trip.
TEST(LocationTable, RandomRoundTrip) {
  std::mt19937 random(1);
  auto upTo = [&](int32_t limit) { return int32_t(random() % unsigned(limit + 1)); };
  for (int round = 0; round < 300; ++round) {
    Locations locations;
    int32_t firstLine = 1 + upTo(3000), line = firstLine;
    while (locations.size() < 200) {
      Location loc;
      if (random() % 8) {
        line = std::max(1, line + (random() % 3 ? upTo(3) : upTo(4000) - 2000));
        loc = {line, line, -1, -1};
        if (random() % 3 == 0)
          loc.endLine += upTo(100);
        if (random() % 8) {
          loc.column = upTo(random() % 2 ? 100 : 3000);
          loc.endColumn = random() % 2 ? loc.column + upTo(20) : upTo(200);
        }
      }
      locations.append(size_t(1 + upTo(12)), loc);
    }
    Bytes bytes = encode(locations, firstLine);
    Locations again = test::unwrap(decodeLocations(bytes, firstLine, uint32_t(locations.size())));
    ASSERT_TRUE(again == locations) << "round " << round;
  }
}

/// Whatever the bytes are, the result is an error or one location a unit.
TEST(LocationTable, RandomBytesNeverCrash) {
  std::mt19937 random(2);
  for (int round = 0; round < 20000; ++round) {
    Bytes bytes(random() % 24);
    for (uint8_t &byte : bytes)
      byte = uint8_t(random() | (random() % 2 ? 0x80 : 0));
    auto got = decodeLocations(bytes, int32_t(random() % 100), 16);
    if (!got) {
      llvm::consumeError(got.takeError());
      continue;
    }
    ASSERT_EQ(got->size(), 16u);
  }
}

} // namespace
} // namespace blockcov
