//===- source_file.cc -----------------------------------------------------===//
#include "runtime/source_file.h"

#include "runtime/hash.h"
#include "runtime/shard_reader.h"

#include <ctime>
#include <sys/stat.h>

namespace blockcov {

namespace {

constexpr int64_t kSecond = 1'000'000'000;

int64_t nanoseconds(const timespec &time) { return int64_t(time.tv_sec) * kSecond + time.tv_nsec; }

/// Zero if there is no such file.
SourceStamp stampOf(const std::string &path) {
  struct stat status{};
  if (::stat(path.c_str(), &status) != 0 || !S_ISREG(status.st_mode))
    return {};
  return {nanoseconds(status.st_mtim), nanoseconds(status.st_ctim), uint64_t(status.st_size), status.st_ino,
          status.st_dev};
}

/// Clocks of file systems tick slowly: what changed just now may change again within
/// the same tick.
bool isSettled(const SourceStamp &stamp) {
  timespec now{};
  ::clock_gettime(CLOCK_REALTIME, &now);
  return stamp.changed < nanoseconds(now) - 2 * kSecond;
}

} // namespace

SourceVersion SourceFiles::of(const std::string &path, const SourceVersion &known) {
  const SourceStamp stamp = stampOf(path);
  if (stamp == SourceStamp())
    return {};
  if (known.stamp == stamp)
    return known;
  if (auto found = files_.find(path); found != files_.end() && found->second.stamp == stamp)
    return found->second.version;
  auto buffer = readWholeFile(path);
  if (!buffer) {
    llvm::consumeError(buffer.takeError());
    return {};
  }
  // It may have been written meanwhile; then it is not settled.
  const SourceVersion version{hash128((*buffer)->getBuffer()), isSettled(stamp) ? stamp : SourceStamp()};
  files_[path] = {stamp, version};
  return version;
}

} // namespace blockcov
