//===- support.h - what the tests of the runtime share ----------*- C++ -*-===//
#pragma once

#include "runtime/errors.h"
#include "runtime/file_ops.h"
#include "runtime/layout.h"
#include "runtime/merge.h"
#include "runtime/shard.h"
#include "runtime/shard_reader.h"

#include "llvm/Support/FileSystem.h"

#include <gtest/gtest.h>

#include <cerrno>
#include <fstream>
#include <memory>
#include <sstream>
#include <string>

namespace blockcov::testing {

/// An empty directory that goes away with it.
class TempDir {
public:
  TempDir() {
    llvm::SmallString<128> path;
    EXPECT_FALSE(llvm::sys::fs::createUniqueDirectory("blockcov-test", path));
    path_ = path.str().str();
  }
  ~TempDir() { llvm::sys::fs::remove_directories(path_); }
  TempDir(const TempDir &) = delete;
  TempDir &operator=(const TempDir &) = delete;
  const std::string &path() const { return path_; }
  std::string operator/(const std::string &name) const { return path_ + "/" + name; }

private:
  std::string path_;
};

/// Lets so many operations pass, and fails the next one, or all from then on.
class FailingOps : public FileOps {
public:
  explicit FailingOps(int passes, bool forEver = false, int error = ENOSPC)
      : left_(passes), forEver_(forEver), error_(error) {}
  bool failed() const { return left_ < 0; }
  /// From now on, as if made anew.
  void restart(int passes, bool forEver) { left_ = passes, forEver_ = forEver; }

  int makeDirectory(const std::string &path) override { return fail() ? error_ : FileOps::makeDirectory(path); }
  int open(const std::string &path, int flags, int &fd) override {
    return fail() ? error_ : FileOps::open(path, flags, fd);
  }
  int lock(int fd, int operation) override { return fail() ? error_ : FileOps::lock(fd, operation); }
  int reserve(int fd, off_t offset, off_t length) override {
    return fail() ? error_ : FileOps::reserve(fd, offset, length);
  }
  int write(int fd, llvm::StringRef bytes) override {
    if (!fail())
      return FileOps::write(fd, bytes);
    FileOps::write(fd, bytes.take_front(bytes.size() / 2)); // a full disk stops in the middle
    return error_;
  }
  int rename(const std::string &from, const std::string &to) override {
    return fail() ? error_ : FileOps::rename(from, to);
  }
  int map(void *&address, size_t length, int protection, int flags, int fd, off_t offset) override {
    return fail() ? ENOMEM : FileOps::map(address, length, protection, flags, fd, offset);
  }

private:
  bool fail() {
    if (left_ < 0)
      return forEver_;
    return left_-- == 0;
  }
  int left_;
  bool forEver_;
  const int error_;
};

inline std::string readFile(const std::string &path) {
  std::ifstream file(path, std::ios::binary);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

inline void writeFile(const std::string &path, const std::string &bytes) {
  std::ofstream(path, std::ios::binary) << bytes;
}

/// The value; the test fails with the error's text if there is none.
template <typename T> T must(llvm::Expected<T> value) {
  if (value)
    return std::move(*value);
  ADD_FAILURE() << llvm::toString(value.takeError());
  std::abort();
}

inline void must(llvm::Error error) {
  if (error)
    ADD_FAILURE() << llvm::toString(std::move(error));
}

inline Hash128 mapOf(uint64_t number) { return {0x1111111111111111 * (number % 15 + 1), number}; }

/// What a shard counts, in a form that can be compared and printed.
inline std::string describe(const Merge &merge) {
  std::stringstream out;
  for (const auto &[map, unit] : merge.units()) {
    out << map.text() << ":";
    for (uint64_t counter : unit.counters)
      out << " " << counter;
    for (const Loss &loss : unit.lossList())
      out << " (" << loss.code << "," << loss.unit << "," << int(loss.kind) << ")=" << loss.count;
    out << "\n";
  }
  return out.str();
}

inline std::string describe(const ShardView &shard) {
  Merge merge;
  must(merge.add(shard, "test"));
  return describe(merge);
}

struct ShardFile {
  explicit ShardFile(const std::string &path) : read(must(readShard(path))), view(read.view) {}
  const ReadShard read;
  const ShardView &view;
};

inline std::string describeFile(const std::string &path) { return describe(ShardFile(path).view); }

} // namespace blockcov::testing
