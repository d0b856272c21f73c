//===- varint_test.cc - the two variable-length integers ------------------===//

#include "instrument/varint.h"

#include <gtest/gtest.h>

#include <vector>

namespace blockcov {
namespace {

using Bytes = llvm::SmallVector<uint8_t, 8>;

Bytes little(uint32_t value) {
  Bytes out;
  appendBytes(out, kMostVarintBytes, [&](uint8_t *at) { return putLittleVarint(at, value); });
  return out;
}

Bytes big(uint32_t value, uint8_t mark = 0) {
  Bytes out;
  appendBytes(out, kMostVarintBytes, [&](uint8_t *at) { return putBigVarint(at, value, mark); });
  return out;
}

TEST(Varint, WorkedBytes) {
  EXPECT_EQ(little(0), (Bytes{0}));
  EXPECT_EQ(little(63), (Bytes{63}));
  EXPECT_EQ(little(64), (Bytes{64, 1}));
  EXPECT_EQ(little(200), (Bytes{64 | 8, 3})); // 200 = 3 * 64 + 8, low group first
  EXPECT_EQ(big(200), (Bytes{64 | 3, 8}));    // and last here
  EXPECT_EQ(big(5, 0x80), (Bytes{0x85}));
  EXPECT_EQ(big(200, 0x80), (Bytes{0x80 | 64 | 3, 8}));
}

/// Every value that takes up to three bytes, and the edges of the longer ones.
TEST(Varint, RoundTrip) {
  std::vector<uint32_t> values;
  for (uint32_t value = 0; value < 1 << 18; ++value)
    values.push_back(value);
  for (unsigned bits = 18; bits <= 32; ++bits)
    for (int64_t near : {-2, -1, 0, 1, 2})
      if (int64_t value = (int64_t(1) << bits) + near; value <= UINT32_MAX)
        values.push_back(uint32_t(value));
  for (uint32_t value : values) {
    Bytes bytes = little(value);
    ByteReader in{bytes};
    ASSERT_EQ(in.littleVarint(), value);
    ASSERT_TRUE(in.done());
    for (uint8_t mark : {0, 0x80}) {
      bytes = big(value, mark);
      in = {bytes};
      ASSERT_EQ(in.bigVarint(), value);
      ASSERT_TRUE(in.done());
      ASSERT_EQ(bytes[0] & 0x80, mark);
      for (size_t k = 1; k < bytes.size(); ++k)
        ASSERT_EQ(bytes[k] & 0x80, 0);
    }
  }
}

TEST(Varint, SignedRoundTrip) {
  std::vector<int32_t> values{INT32_MAX, -INT32_MAX};
  for (int32_t value = -70000; value <= 70000; ++value)
    values.push_back(value);
  for (int32_t value : values) {
    Bytes bytes;
    appendBytes(bytes, kMostVarintBytes, [&](uint8_t *at) { return putSignedLittleVarint(at, value); });
    ByteReader in{bytes};
    ASSERT_EQ(in.signedLittleVarint(), value);
    ASSERT_TRUE(in.done());
  }
}

/// All inputs of up to two bytes: either a value and its bytes consumed, or none. Nothing else is read.
TEST(Varint, ExhaustiveShortInputs) {
  for (unsigned first = 0; first < 256; ++first) {
    for (int second = -1; second < 256; ++second) {
      Bytes bytes{uint8_t(first)};
      if (second >= 0)
        bytes.push_back(uint8_t(second));
      bool firstEnds = !(first & 64), secondEnds = second >= 0 && !(second & 64);
      ByteReader in{bytes};
      std::optional<uint32_t> value = in.littleVarint();
      ASSERT_EQ(value.has_value(), firstEnds || secondEnds);
      unsigned wanted = firstEnds ? first & 63 : (first & 63) | unsigned(second & 63) << 6;
      ASSERT_TRUE(!value || *value == wanted);
      in = {bytes};
      value = in.bigVarint();
      ASSERT_EQ(value.has_value(), firstEnds || secondEnds);
      wanted = firstEnds ? first & 63 : (first & 63) << 6 | unsigned(second & 63);
      ASSERT_TRUE(!value || *value == wanted);
      ASSERT_LE(in.at, bytes.size());
    }
  }
}

TEST(Varint, Limits) {
  Bytes tooLarge{64 | 63, 64 | 63, 64 | 63, 64 | 63, 64 | 63, 4}; // little-endian 2^32 and more
  EXPECT_EQ((ByteReader{tooLarge}).littleVarint(), std::nullopt);
  Bytes largest{64 | 63, 64 | 63, 64 | 63, 64 | 63, 64 | 63, 3};
  EXPECT_EQ((ByteReader{largest}).littleVarint(), UINT32_MAX);
  Bytes bigTooLarge{64 | 4, 64, 64, 64, 64, 0};
  EXPECT_EQ((ByteReader{bigTooLarge}).bigVarint(), std::nullopt);
  Bytes bigLargest{64 | 3, 64 | 63, 64 | 63, 64 | 63, 64 | 63, 63};
  EXPECT_EQ((ByteReader{bigLargest}).bigVarint(), UINT32_MAX);
  Bytes endless(100, 64);
  ByteReader in{endless};
  EXPECT_EQ(in.littleVarint(), std::nullopt);
  EXPECT_LE(in.at, 6u);
  in = {endless};
  EXPECT_EQ(in.bigVarint(), std::nullopt);
  EXPECT_LE(in.at, 6u);
  EXPECT_EQ((ByteReader{}).byte(), std::nullopt);
}

} // namespace
} // namespace blockcov
