//===- descriptors_test.cc ------------------------------------------------===//
#include "runtime/descriptors.h"

#include <gtest/gtest.h>

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace blockcov;

namespace {

rlimit openFiles() {
  rlimit limit{};
  EXPECT_EQ(::getrlimit(RLIMIT_NOFILE, &limit), 0);
  return limit;
}

/// Sets the soft limit, and restores it.
class SoftLimit {
public:
  explicit SoftLimit(rlim_t soft) : before_(openFiles()) {
    rlimit limit = before_;
    limit.rlim_cur = soft;
    EXPECT_EQ(::setrlimit(RLIMIT_NOFILE, &limit), 0);
  }
  ~SoftLimit() { ::setrlimit(RLIMIT_NOFILE, &before_); }

private:
  rlimit before_;
};

int moved() { return moveOutOfTheWay(::open("/dev/null", O_RDONLY)); }

} // namespace

TEST(Descriptors, StandAboveTheSoftLimit) {
  if (openFiles().rlim_max < 1500)
    GTEST_SKIP() << "the hard limit on open files is " << openFiles().rlim_max;
  for (const auto &[soft, first] : {std::pair<rlim_t, int>{64, 900}, {1100, 1100}}) {
    SoftLimit few(soft);
    for (int round = 0; round != 10; ++round) {
      int fd = moved();
      EXPECT_EQ(fd, first + round);
      EXPECT_EQ(::fcntl(fd, F_GETFD), FD_CLOEXEC);
      EXPECT_EQ(openFiles().rlim_cur, soft);
    }
    EXPECT_EQ(::dup(first), 3) << "the lowest one is free again";
    ::close(3);
    for (int fd = first; fd != first + 10; ++fd)
      EXPECT_EQ(::close(fd), 0);
  }
}

TEST(Descriptors, StandRightAboveTheSoftLimitIfTheHardOneIsLow) {
  pid_t child = ::fork();
  if (child == 0) {
    rlimit low{64, 100};
    ::_exit(::setrlimit(RLIMIT_NOFILE, &low) == 0 && moved() == 64 ? 0 : 1);
  }
  int status = -1;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
}

TEST(Descriptors, StayBelowWhereTheLimitCannotBeRaised) {
  pid_t child = ::fork();
  if (child == 0) {
    rlimit both{64, 64};
    int fd = ::setrlimit(RLIMIT_NOFILE, &both) == 0 ? moved() : -1;
    ::_exit(fd >= 48 && fd < 64 ? 0 : 1);
  }
  int status = -1;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
}

TEST(Descriptors, StayBelowWhereTheTableWouldGrowLarge) {
  if (openFiles().rlim_max < 6000)
    GTEST_SKIP() << "the hard limit on open files is " << openFiles().rlim_max;
  SoftLimit many(5000);
  int fd = moved();
  EXPECT_GE(fd, 900);
  EXPECT_LT(fd, 1024);
  ::close(fd);
}

TEST(Descriptors, StayWhereTheyAreWithoutRoom) {
  SoftLimit none(0);
  EXPECT_EQ(moveOutOfTheWay(-1), -1);
}
