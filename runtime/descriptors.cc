//===- descriptors.cc -----------------------------------------------------===//
#include "runtime/descriptors.h"

#include <algorithm>
#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

namespace blockcov {

namespace {

/// How many descriptors of ours there may be above the limit.
constexpr rlim_t kRoom = 256;

/// Not below this where it can be had: programs pass low numbers on across a lowered limit.
constexpr rlim_t kHigh = 900;

/// Above this limit we stay below: the kernel's table has a pointer for each number up to
/// the highest one in use, and fork() copies it.
constexpr rlim_t kLargestTable = 4096;

int duplicate(int fd, rlim_t least) { return ::fcntl(fd, F_DUPFD_CLOEXEC, static_cast<int>(least)); }

int duplicateAbove(int fd, const rlimit &limit) {
  if (limit.rlim_cur > kLargestTable || limit.rlim_max <= limit.rlim_cur)
    return -1;
  const rlim_t least = limit.rlim_max >= kHigh + kRoom ? std::max(limit.rlim_cur, kHigh) : limit.rlim_cur;
  rlimit raised = limit;
  raised.rlim_cur = std::min(limit.rlim_max, least + kRoom);
  if (::setrlimit(RLIMIT_NOFILE, &raised) != 0)
    return -1;
  int moved = duplicate(fd, least);
  ::setrlimit(RLIMIT_NOFILE, &limit);
  return moved;
}

} // namespace

int moveOutOfTheWay(int fd) {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0)
    return fd;
  int moved = duplicateAbove(fd, limit);
  if (moved < 0)
    moved = duplicate(fd, limit.rlim_cur > 1024 ? kHigh : limit.rlim_cur * 3 / 4);
  if (moved < 0)
    return fd;
  ::close(fd);
  return moved;
}

} // namespace blockcov
