//===- found_entries.cc ---------------------------------------------------===//
#include "runtime/found_entries.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace blockcov {

FoundEntries::~FoundEntries() {
  for (const File &file : files_)
    if (!file.bytes.empty())
      ::munmap(const_cast<char *>(file.bytes.data()), file.bytes.size());
}

void FoundEntries::note() {
  noted_ = true;
  for (const std::string &path : filesIn(directory_, {kind_.suffix})) {
    files_.push_back({path, {}});
    forEachEntry(kind_, path, ops_, [&](const EntryHeader &header, uint64_t offset) {
      places_.insert({entryName(header), {files_.size() - 1, offset, header.payloadBytes, header.payloadHash}});
    });
  }
}

void FoundEntries::open(File &file) {
  if (std::exchange(file.opened, true))
    return;
  int fd = -1;
  if (ops_.open(file.path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK, fd))
    return;
  struct stat status{};
  void *memory = nullptr;
  if (::fstat(fd, &status) == 0 && S_ISREG(status.st_mode) && status.st_size > 0 &&
      ops_.map(memory, static_cast<size_t>(status.st_size), PROT_READ, MAP_PRIVATE, fd, 0) == 0)
    file.bytes = {static_cast<const char *>(memory), static_cast<size_t>(status.st_size)};
  ::close(fd);
}

const FoundEntries::Place *FoundEntries::find(const Hash128 &name) {
  if (!noted_)
    note();
  auto found = places_.find(name);
  return found == places_.end() ? nullptr : &found->second;
}

llvm::StringRef FoundEntries::payload(const Place &place) {
  File &file = files_[place.file];
  open(file);
  if (place.offset > file.bytes.size() || place.bytes > file.bytes.size() - place.offset)
    return {};
  return file.bytes.substr(place.offset, place.bytes);
}

} // namespace blockcov
