//===- shard_damage_test.cc - every truncation, every flipped bit ---------===//
#include "support.h"

namespace blockcov::testing {
namespace {

std::string smallShard(bool sealed) {
  TempDir dir;
  auto shard = must(Shard::create(dir.path()));
  UnitCounters *unit = must(shard->unit(mapOf(1), 3, 2));
  unit->counters[0] = 7;
  unit->counters[1] = 1;
  shard->recordLoss(*unit, 1, 40, LossKind::Raised);
  must(shard->unit(mapOf(2), 0, 1)); // all its code objects were refused
  if (sealed)
    shard->seal();
  return readFile(shard->path());
}

std::string smallMerged() {
  Merge merge;
  std::string bytes = smallShard(true), other = smallShard(false);
  must(merge.add(must(parseShard(bytes, "a")), "a"));
  must(merge.add(must(parseShard(other, "b")), "b"));
  return merge.encode();
}

/// The end of what is in use.
size_t usedBytes(const std::string &bytes) {
  ShardView view = must(parseShard(bytes, "test"));
  size_t end = sizeof(ShardHeader);
  for (; end < bytes.size(); end += 16)
    if (bytes.compare(end, std::string::npos, std::string(bytes.size() - end, '\0')) == 0)
      break;
  return end;
}

class DamagedShard : public ::testing::TestWithParam<const char *> {
protected:
  std::string bytes() const {
    std::string which = GetParam();
    return which == "merged" ? smallMerged() : smallShard(which == "sealed");
  }
};

TEST_P(DamagedShard, EveryTruncationIsRejected) {
  std::string bytes = this->bytes();
  for (size_t length = 0; length != bytes.size(); ++length) {
    std::string cut(bytes, 0, length);
    auto shard = parseShard(cut, "cut.shard");
    ASSERT_FALSE(shard) << length;
    std::string reason = llvm::toString(shard.takeError());
    EXPECT_EQ(reason.find("cut.shard: offset "), 0u) << reason;
  }
}

TEST_P(DamagedShard, EveryFlippedBitIsRejectedOrHarmless) {
  const std::string bytes = this->bytes();
  const ShardView good = must(parseShard(bytes, "test"));
  const std::string counts = describe(good);
  const size_t used = usedBytes(bytes);
  size_t accepted = 0;
  for (size_t bit = 0; bit != bytes.size() * 8; ++bit) {
    std::string flipped = bytes;
    flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ 1 << bit % 8);
    auto shard = parseShard(flipped, "flip.shard");
    if (!shard) {
      std::string reason = llvm::toString(shard.takeError());
      EXPECT_EQ(reason.find("flip.shard: offset "), 0u) << reason;
      continue;
    }
    ++accepted;
    if (good.header.state == ShardState::Sealed) {
      EXPECT_GE(bit / 8, used) << "bit " << bit; // only what is not in use
      EXPECT_EQ(describe(*shard), counts) << "bit " << bit;
      continue;
    }
    // Open: a count may have any value. Nothing else may differ.
    ASSERT_EQ(shard->counters.size(), good.counters.size()) << "bit " << bit;
    ASSERT_EQ(shard->losses.size(), good.losses.size()) << "bit " << bit;
    for (size_t index = 0; index != good.counters.size(); ++index) {
      EXPECT_EQ(shard->counters[index].map, good.counters[index].map);
      EXPECT_EQ(shard->counters[index].counters.size(), good.counters[index].counters.size());
    }
    for (size_t index = 0; index != good.losses.size(); ++index) {
      EXPECT_EQ(shard->losses[index].loss.code, good.losses[index].loss.code);
      EXPECT_EQ(shard->losses[index].loss.unit, good.losses[index].loss.unit);
      EXPECT_EQ(shard->losses[index].loss.kind, good.losses[index].loss.kind);
    }
  }
  EXPECT_GT(accepted, 0u);
}

INSTANTIATE_TEST_SUITE_P(All, DamagedShard, ::testing::Values("open", "sealed", "merged"));

TEST(DamagedShardFile, NamesWhatIsWrong) {
  auto reason = [](std::string bytes) { return llvm::toString(parseShard(bytes, "x.shard").takeError()); };
  EXPECT_EQ(reason(std::string(200, 'x')), "x.shard: offset 0: not a blockcov shard");
  EXPECT_EQ(reason(""), "x.shard: offset 0: the file ends in the preamble");
  std::string bytes = smallShard(false);
  std::string other = bytes;
  other[12] = 9;
  EXPECT_EQ(reason(other), "x.shard: offset 12: format version 9, this is 1");
  other = bytes;
  std::swap(other[8], other[11]);
  std::swap(other[9], other[10]);
  EXPECT_EQ(reason(other), "x.shard: offset 8: byte order 0x4030201, expected 0x1020304");
  EXPECT_EQ(reason(bytes.substr(0, 4095)), "x.shard: offset 4095: the file is truncated, it had 4096 bytes");
  other = bytes;
  other[128] = 'X';
  EXPECT_EQ(reason(other), "x.shard: offset 128: record of unknown kind 0x52544e58");
}

TEST(DamagedShardFile, KilledInTheMiddleOfARecord) {
  // Everything of the record is there but its kind.
  std::string bytes = smallShard(false);
  size_t last = usedBytes(bytes) - 32;
  std::string before = bytes;
  std::fill_n(before.begin() + static_cast<long>(last), 4, '\0');
  EXPECT_EQ(must(parseShard(bytes, "test")).counters.size(), 2u);
  EXPECT_EQ(must(parseShard(before, "test")).counters.size(), 1u);
}

} // namespace
} // namespace blockcov::testing
