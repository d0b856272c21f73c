//===- file_ops.cc --------------------------------------------------------===//
#include "runtime/file_ops.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FileSystem.h"

#include <cerrno>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

namespace blockcov {

int FileOps::makeDirectory(const std::string &path) {
  if (::mkdir(path.c_str(), 0777) == 0)
    return 0;
  if (errno != EEXIST)
    return errno;
  struct stat status;
  if (::stat(path.c_str(), &status) != 0)
    return errno;
  return S_ISDIR(status.st_mode) ? 0 : ENOTDIR;
}

int FileOps::open(const std::string &path, int flags, int &fd) {
  do
    fd = ::open(path.c_str(), flags | O_CLOEXEC, 0666);
  while (fd < 0 && errno == EINTR);
  return fd < 0 ? errno : 0;
}

int FileOps::lock(int fd, int operation) {
  int result;
  do
    result = ::flock(fd, operation);
  while (result != 0 && errno == EINTR);
  return result != 0 ? errno : 0;
}

int FileOps::reserve(int fd, off_t offset, off_t length) {
  int result;
  do
    result = ::posix_fallocate(fd, offset, length);
  while (result == EINTR);
  return result;
}

int FileOps::write(int fd, llvm::StringRef bytes) {
  while (!bytes.empty()) {
    ssize_t written = ::write(fd, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR)
      continue;
    if (written < 0)
      return errno;
    bytes = bytes.drop_front(written);
  }
  return 0;
}

int FileOps::rename(const std::string &from, const std::string &to) {
  return ::rename(from.c_str(), to.c_str()) == 0 ? 0 : errno;
}

int FileOps::map(void *&address, size_t length, int protection, int flags, int fd, off_t offset) {
  void *result = ::mmap(address, length, protection, flags, fd, offset);
  if (result == MAP_FAILED)
    return errno;
  address = result;
  return 0;
}

std::vector<std::string> filesIn(const std::string &directory, llvm::ArrayRef<llvm::StringRef> suffixes, int *error) {
  std::vector<std::string> result;
  std::error_code code;
  for (llvm::sys::fs::directory_iterator each(directory, code), end; !code && each != end; each.increment(code))
    if (llvm::any_of(suffixes,
                     [&](llvm::StringRef suffix) { return std::string_view(each->path()).ends_with(suffix); }))
      result.push_back(each->path());
  llvm::sort(result);
  if (error)
    *error = code == std::errc::no_such_file_or_directory ? 0 : code.value();
  return result;
}

FileOps &systemFileOps() {
  static FileOps ops; // has no state
  return ops;
}

} // namespace blockcov
