//===- shard.cc -----------------------------------------------------------===//
#include "runtime/shard.h"

#include "runtime/contexts_file.h"
#include "runtime/descriptors.h"
#include "runtime/errors.h"
#include "runtime/hash.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/Twine.h"

#include <algorithm>
#include <cassert>
#include <cerrno>
#include <cstring>
#include <ctime>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

namespace blockcov {

namespace {

constexpr uint64_t kLargestStep = 32 * 1024; ///< the file has at most this much unused room
constexpr uint64_t kLeastReserve = uint64_t(16) << 20;
constexpr int kCreateAttempts = 8;

uint64_t pageSize() {
  static const uint64_t size = std::max<uint64_t>(kSizeUnit, static_cast<uint64_t>(::sysconf(_SC_PAGESIZE)));
  return size;
}

uint64_t roundToPage(uint64_t bytes) { return (bytes + pageSize() - 1) / pageSize() * pageSize(); }

/// Stores a word that a reader of the file may read at the same time. Release:
/// what was written to the file before is there when the word is.
template <typename T> void storeRelease(T &word, T value) {
  std::atomic_ref<T>(word).store(value, std::memory_order_release);
}

} // namespace

//===----------------------------------------------------------------------===//
// Making the file
//===----------------------------------------------------------------------===//

llvm::Expected<std::unique_ptr<Shard>> Shard::create(const std::string &dataDir, FileOps &ops, uint64_t reserve) {
  std::unique_ptr<Shard> shard(new Shard(dataDir, ops));
  if (int error = ops.makeDirectory(dataDir + "/shards"))
    return ioError(dataDir + "/shards", "create directory", error);

  // Only addresses; still, a limit on them (ulimit -v) may refuse the wish.
  for (uint64_t wish = roundToPage(reserve);; wish = roundToPage(wish / 2)) {
    void *base = nullptr;
    int error = ops.map(base, wish, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (error == 0) {
      shard->base_ = static_cast<char *>(base);
      shard->reserved_ = wish;
      break;
    }
    if (wish <= kLeastReserve)
      return ioError(dataDir, "reserve address space", error);
  }
  shard->used_ = sizeof(ShardHeader);
  if (llvm::Error error = shard->openFile(pageSize()))
    return std::move(error);
  return std::move(shard);
}

Shard::~Shard() {
  if (base_)
    ::munmap(base_, reserved_);
  if (fd_ >= 0 && ownsDescriptor())
    ::close(fd_);
}

/// Puts a new file of this process at base_: a fresh header and, if the range
/// held records, the same ones with zero counts.
llvm::Error Shard::openFile(uint64_t bytes) {
  NewFile file;
  // An `erase` may remove the file before we hold its lock: then try again.
  for (int attempt = 0;; ++attempt) {
    llvm::Error error = createFile(bytes, file);
    if (!error)
      break;
    discard(file);
    if (attempt + 1 == kCreateAttempts)
      return error;
    bool again = false;
    error = llvm::handleErrors(std::move(error), [&](std::unique_ptr<IoError> io) -> llvm::Error {
      again = io->number == EEXIST || io->number == ENOENT || io->number == EWOULDBLOCK;
      return llvm::Error(std::move(io));
    });
    if (!again)
      return error;
    llvm::consumeError(std::move(error));
  }
  adopt(file);
  return llvm::Error::success();
}

llvm::Error Shard::createFile(uint64_t bytes, NewFile &file) {
  file = NewFile();
  ShardId id;
  if (::getrandom(id.data(), id.size(), 0) != static_cast<ssize_t>(id.size()))
    return ioError("getrandom", "get random bytes", errno);
  id_ = id;
  std::string name = (llvm::Twine(::getpid()) + "-" + llvm::toHex(llvm::ArrayRef<uint8_t>(id.data(), 8), true)).str();
  file.path = dataDir_ + "/shards/" + name + ".shard";
  std::string temporary = dataDir_ + "/shards/" + name + ".tmp";

  if (int error = ops_.open(temporary, O_CREAT | O_EXCL | O_RDWR | O_NOFOLLOW, file.fd))
    return ioError(temporary, "create", error);
  file.temporary = temporary;
  if (int error = ops_.lock(file.fd, LOCK_EX | LOCK_NB))
    return ioError(temporary, "lock", error);
  if (int error = ops_.reserve(file.fd, 0, static_cast<off_t>(bytes)))
    return ioError(file.path, "reserve " + llvm::Twine(bytes) + " bytes", error);

  void *memory = nullptr;
  if (int error = ops_.map(memory, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, file.fd, 0))
    return ioError(file.path, "map", error);
  file.memory = memory;
  if (used_ > sizeof(ShardHeader))
    copyRecords(static_cast<char *>(memory));
  fillHeader(*static_cast<ShardHeader *>(memory), bytes);
  if (int error = ops_.rename(temporary, file.path))
    return ioError(temporary, "rename", error);
  file.temporary = file.path;

  // The final step, which makes the file ours; the copy goes where base_ is.
  void *address = base_;
  int error = ops_.map(address, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, file.fd, 0);
  ::munmap(memory, bytes);
  file.memory = nullptr;
  if (error)
    return ioError(file.path, "map", error);
  allocated_ = bytes;
  return llvm::Error::success();
}

void Shard::discard(NewFile &file) {
  if (!file.temporary.empty())
    ::unlink(file.temporary.c_str());
  if (file.fd >= 0)
    ::close(file.fd);
  file = NewFile();
}

void Shard::adopt(const NewFile &file) {
  fd_ = moveOutOfTheWay(file.fd);
  path_ = file.path;
  struct stat status{};
  ::fstat(fd_, &status);
  device_ = status.st_dev;
  inode_ = status.st_ino;
  ++generation_;
}

void Shard::fillHeader(ShardHeader &header, uint64_t bytes) const {
  timespec now{};
  ::clock_gettime(CLOCK_REALTIME, &now);
  header = ShardHeader();
  header.preamble = {kShardMagic, kByteOrder, kFormatVersion, kCompilerVersion, sizeof(ShardHeader)};
  header.pid = static_cast<uint32_t>(::getpid());
  header.startTime = uint64_t(now.tv_sec) * 1'000'000'000 + uint64_t(now.tv_nsec);
  header.id = id_;
  header.kind = ShardKind::Process;
  header.continues = continues_;
  header.staticHash = hash64({reinterpret_cast<const char *>(&header), offsetof(ShardHeader, staticHash)});
  header.state = ShardState::Open;
  header.allocated = guardedSize(bytes);
}

/// Copies the records at base_ without their counts. What it reads never
/// changes, though the process that owns base_'s file may be counting there.
void Shard::copyRecords(char *to) const {
  for (uint64_t offset = sizeof(ShardHeader); offset < used_;) {
    const auto *record = reinterpret_cast<const RecordHeader *>(base_ + offset);
    uint32_t fixed = record->kind == RecordKind::Counters ? kCountersStaticBytes : kLossStaticBytes;
    std::memcpy(to + offset, record, fixed);
    offset += record->bytes;
  }
}

//===----------------------------------------------------------------------===//
// Growing it
//===----------------------------------------------------------------------===//

/// Whether fd_ is still our file: a program may close every descriptor it finds
/// and get the number back for a file of its own.
bool Shard::ownsDescriptor() const {
  struct stat status{};
  return fd_ >= 0 && ::fstat(fd_, &status) == 0 && status.st_dev == device_ && status.st_ino == inode_;
}

llvm::Error Shard::reacquire() {
  if (ownsDescriptor())
    return llvm::Error::success();
  int fd = -1;
  if (int error = ops_.open(path_, O_RDWR | O_NOFOLLOW, fd))
    return ioError(path_, "open", error);
  struct stat status{};
  if (::fstat(fd, &status) != 0 || status.st_dev != device_ || status.st_ino != inode_) {
    ::close(fd);
    return ioError(path_, "open", ESTALE);
  }
  ops_.lock(fd, LOCK_EX | LOCK_NB); // best effort: a reader may hold it for a moment
  fd_ = moveOutOfTheWay(fd);
  return llvm::Error::success();
}

llvm::Error Shard::grow(uint64_t end) {
  if (end > reserved_)
    return ioError(path_, "grow past the reserved addresses", ENOMEM);
  uint64_t step = std::min(allocated_, kLargestStep);
  uint64_t bytes = std::min(reserved_, roundToPage(std::max(end, allocated_ + step)));
  if (llvm::Error error = reacquire())
    return error;
  uint64_t more = bytes - allocated_;
  if (int error = ops_.reserve(fd_, static_cast<off_t>(allocated_), static_cast<off_t>(more)))
    return ioError(path_, "reserve " + llvm::Twine(more) + " bytes", error);
  void *address = base_ + allocated_;
  if (int error =
          ops_.map(address, more, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, fd_, static_cast<off_t>(allocated_)))
    return ioError(path_, "map", error);
  allocated_ = bytes;
  storeRelease(header().allocated, guardedSize(bytes));
  return llvm::Error::success();
}

llvm::Expected<uint64_t> Shard::allocate(uint32_t bytes) {
  assert(bytes % kRecordAlign == 0);
  if (sealed_)
    return ioError(path_, "add to a sealed shard", EROFS);
  if (private_)
    return ioError(dataDir_, "count in a shard", ENOSPC);
  // Room for the record and for the kind 0 that ends the records.
  const uint64_t end = used_ + bytes + sizeof(RecordHeader);
  if (llvm::Error error = end > allocated_ ? grow(end) : reacquire())
    return std::move(error);
  return used_;
}

void Shard::publish(uint64_t offset, RecordKind kind, uint32_t staticBytes) {
  auto *record = reinterpret_cast<RecordHeader *>(base_ + offset);
  record->check = recordCheck(record, staticBytes, kind, offset);
  storeRelease(record->kind, kind);
  used_ = offset + record->bytes;
}

//===----------------------------------------------------------------------===//
// Records
//===----------------------------------------------------------------------===//

llvm::Expected<UnitCounters *> Shard::unit(const Hash128 &map, uint32_t counterCount, uint32_t codeCount) {
  std::lock_guard lock(mutex_);
  auto found = units_.find(map);
  if (found != units_.end())
    return found->second.get();

  const uint32_t ordinal = counterRecords_;
  llvm::Expected<uint64_t *> counters = addCounters(map, counterCount);
  if (!counters)
    return counters.takeError();
  auto owned = std::make_unique<UnitCounters>(*this, ordinal, *counters, counterCount, codeCount);
  UnitCounters *result = owned.get();
  units_.emplace(map, std::move(owned));
  return result;
}

/// A counters record of zeros; where they are.
llvm::Expected<uint64_t *> Shard::addCounters(const Hash128 &map, uint32_t counterCount) {
  uint64_t bytes = sizeof(CountersRecord) + uint64_t(counterCount) * sizeof(uint64_t);
  if (bytes > kMaxRecordBytes - apart_)
    return ioError(path_, "add a record that large", EFBIG);
  llvm::Expected<uint64_t> offset = allocate(recordBytes(bytes) + apart_);
  if (!offset)
    return offset.takeError();
  auto *record = reinterpret_cast<CountersRecord *>(base_ + *offset);
  record->header.bytes = recordBytes(bytes) + apart_;
  record->header.count = counterCount;
  record->mapHigh = map.high;
  record->mapLow = map.low;
  publish(*offset, RecordKind::Counters, kCountersStaticBytes);
  ++counterRecords_;
  return reinterpret_cast<uint64_t *>(record + 1);
}

uint64_t *Shard::threadCounters(UnitCounters &unit) {
  std::lock_guard lock(mutex_);
  if (!std::exchange(unit.taken_, true))
    return unit.counters;
  const auto *own = reinterpret_cast<const CountersRecord *>(unit.counters) - 1;
  llvm::Expected<uint64_t *> more = addCounters({own->mapHigh, own->mapLow}, unit.counterCount);
  if (more)
    return *more;
  fail(more.takeError());
  return lostCounters_.emplace_back(std::make_unique<uint64_t[]>(unit.counterCount)).get();
}

void Shard::recordLoss(UnitCounters &unit, uint32_t code, uint32_t place, LossKind kind) {
  if (const LossNode *node = unit.find(code, place, kind))
    return addRelaxed(*node->count, 1);
  std::lock_guard lock(mutex_);
  const LossNode *node = unit.find(code, place, kind); // another thread may have been quicker
  if (node)
    return addRelaxed(*node->count, 1);
  uint64_t *count = lossCell(unit, code, place, kind);
  addRelaxed(*count, 1); // before it can be found: a cell that exists counts something
  unit.push(code, place, kind, count);
}

uint64_t *Shard::lossCell(UnitCounters &unit, uint32_t code, uint32_t place, LossKind kind) {
  llvm::Expected<uint64_t> offset = allocate(sizeof(LossRecord));
  if (!offset) {
    fail(offset.takeError());
    return &lostCounts_.emplace_back(0);
  }
  auto *record = reinterpret_cast<LossRecord *>(base_ + *offset);
  record->header.bytes = sizeof(LossRecord);
  record->header.count = static_cast<uint32_t>(kind);
  record->owner = unit.ordinal;
  record->code = code;
  record->unit = place;
  publish(*offset, RecordKind::Loss, kLossStaticBytes);
  return &record->count;
}

void Shard::clearLosses(LossKind kind) {
  std::lock_guard lock(mutex_);
  for (auto &entry : units_)
    entry.second->forEachLoss([&](const LossNode &node) {
      // Relaxed: as every count.
      if (node.kind == kind)
        std::atomic_ref<uint64_t>(*node.count).store(0, std::memory_order_relaxed);
    });
}

//===----------------------------------------------------------------------===//
// Ends
//===----------------------------------------------------------------------===//

namespace {

/// The error's text; `number` becomes its errno if it has one.
std::string textOf(llvm::Error error, int &number) {
  std::string text;
  llvm::handleAllErrors(std::move(error), [&](const llvm::ErrorInfoBase &info) {
    if (info.isA<IoError>())
      number = static_cast<const IoError &>(info).number;
    text = info.message();
  });
  return text;
}

/// Guards the body of a whole shard, which nobody changes any more, by its hash.
void sealMapped(void *memory, uint64_t end) {
  auto *header = static_cast<ShardHeader *>(memory);
  header->bodyEnd = end;
  header->bodyHash =
      hash64({static_cast<char *>(memory) + sizeof(ShardHeader), end - sizeof(ShardHeader)}, bodySeed(*header));
  storeRelease(header->state, ShardState::Sealed);
}

} // namespace

std::string Shard::fail(llvm::Error error) {
  int number = EIO;
  std::string text = textOf(std::move(error), number);
  if (failure_.empty())
    failure_ = text;
  if (!sealed_ && !private_ && header().incomplete == 0)
    storeRelease(header().incomplete, static_cast<uint32_t>(number));
  return text;
}

std::string Shard::lose(llvm::Error error) {
  std::lock_guard lock(mutex_);
  return fail(std::move(error));
}

std::string Shard::takeFailure() {
  std::lock_guard lock(mutex_);
  return std::exchange(failure_, std::string());
}

void Shard::close() {
  std::lock_guard lock(mutex_);
  if (!sealed_ && !private_)
    storeRelease(header().state, ShardState::Closed);
}

void Shard::seal() {
  std::lock_guard lock(mutex_);
  if (sealed_ || private_ || removed_)
    return;
  if (llvm::Error error = reacquire())
    return llvm::consumeError(std::move(error)); // stays unsealed
  // From here on the file has its last value: further counts go to copies of its
  // pages. Without that, one count more would make the hash wrong.
  void *window = nullptr;
  if (ops_.map(window, allocated_, PROT_READ | PROT_WRITE, MAP_SHARED, fd_, 0))
    return;
  void *address = base_;
  if (ops_.map(address, allocated_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_FIXED, fd_, 0) == 0) {
    sealMapped(window, used_);
    sealed_ = true;
  }
  ::munmap(window, allocated_);
}

llvm::Expected<std::string> Shard::rotate(bool drop) {
  std::lock_guard lock(mutex_);
  if (sealed_)
    return ioError(path_, "go on from a sealed shard", EROFS);
  if (private_)
    return ioError(dataDir_, "count in a shard", ENOSPC);
  if (llvm::Error error = reacquire())
    return std::move(error);
  const int oldDescriptor = fd_;
  const std::string oldPath = path_;
  const ShardId oldId = id_;
  const uint32_t incomplete = header().incomplete;
  void *window = nullptr; // on the old file
  if (int error = ops_.map(window, allocated_, PROT_READ | PROT_WRITE, MAP_SHARED, oldDescriptor, 0))
    return ioError(oldPath, "map", error);
  continues_ = !drop;
  llvm::Error error = openFile(allocated_);
  continues_ = false;
  if (error) {
    id_ = oldId;
    ::munmap(window, allocated_);
    return std::move(error);
  }
  if (!lostCounts_.empty() || !lostCounters_.empty())
    header().incomplete = incomplete; // counting may go on there
  if (drop)
    ::unlink(oldPath.c_str());
  else
    sealMapped(window, used_);
  ::munmap(window, allocated_);
  ::close(oldDescriptor); // with its lock
  return oldPath;
}

void Shard::noteContexts(uint64_t end) {
  std::lock_guard lock(mutex_);
  if (!sealed_ && !private_)
    storeRelease(header().contexts, guardedWord(end));
}

void Shard::loseContexts(llvm::Error error) {
  std::lock_guard lock(mutex_);
  int number = EIO;
  std::string text = textOf(std::move(error), number);
  if (failure_.empty())
    failure_ = text;
  if (!sealed_ && !private_ && header().contextsLost == 0)
    storeRelease(header().contextsLost, static_cast<uint32_t>(number));
}

llvm::StringRef Shard::records() const {
  std::lock_guard lock(mutex_);
  return {base_, used_};
}

//===----------------------------------------------------------------------===//
// fork
//===----------------------------------------------------------------------===//

void Shard::forkPrepare() { mutex_.lock(); }

void Shard::forkParent() { mutex_.unlock(); }

void Shard::forkChild() {
  // The mapping and the descriptor are still the parent's. glibc's malloc is
  // usable here, everything else is system calls.
  if (!sealed_ && !private_) {
    // Closing this copy leaves the parent's lock alone.
    int inherited = ownsDescriptor() ? fd_ : -1;
    fd_ = -1;
    const uint32_t incomplete = header().incomplete;
    ++generation_;
    inherited_ = counterRecords_;
    removed_ = false;
    if (llvm::Error error = openFile(allocated_)) {
      // Nobody reads the records of a process without a file: zeros will do.
      // Counting on in the parent's file would be wrong, so there is no way on
      // if the kernel refuses even this.
      if (::mmap(base_, allocated_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED, -1,
                 0) == MAP_FAILED)
        ::abort();
      private_ = true;
      path_.clear();
      failure_ = llvm::toString(std::move(error));
    } else if (!lostCounts_.empty() || !lostCounters_.empty()) {
      header().incomplete = incomplete; // the child may go on counting there
    }
    if (inherited >= 0)
      ::close(inherited);
    for (auto &entry : units_)
      entry.second->forEachLoss([&](const LossNode &node) { *node.count = 0; }); // private ones
  }
  mutex_.unlock();
}

/// Under mutex_.
bool Shard::isIdle() const {
  // What was added since the fork may be news, also with counts of zero. Where counts were lost, zeros say nothing.
  if (inherited_ != counterRecords_ || header().incomplete || !lostCounts_.empty() || !lostCounters_.empty())
    return false;
  for (uint64_t offset = sizeof(ShardHeader); offset < used_;) {
    const auto *record = reinterpret_cast<const RecordHeader *>(base_ + offset);
    if (record->kind == RecordKind::Counters) {
      auto *counters = reinterpret_cast<uint64_t *>(base_ + offset + sizeof(CountersRecord));
      for (uint32_t index = 0; index != record->count; ++index)
        if (std::atomic_ref<uint64_t>(counters[index]).load(std::memory_order_relaxed) != 0) // as every count
          return false;
    }
    offset += record->bytes;
  }
  for (const auto &entry : units_) {
    std::map<std::pair<uint32_t, uint32_t>, uint64_t> standing; // code and place of loss cells: balance
    bool raised = false;
    for (uint32_t code = 0; code != entry.second->codeCount; ++code)
      entry.second->forEachLossOf(code, [&](const LossNode &node) {
        const uint64_t count = std::atomic_ref<uint64_t>(*node.count).load(std::memory_order_relaxed);
        if (node.kind == LossKind::Started)
          standing[{code, node.unit}] += count;
        else if (node.kind == LossKind::Running)
          standing[{code, node.unit}] -= count;
        else
          raised |= count != 0;
      });
    if (raised || llvm::any_of(standing, [](const auto &each) { return each.second != 0; }))
      return false;
  }
  return true;
}

bool Shard::removeIfIdle() {
  std::lock_guard lock(mutex_);
  if (removed_)
    return true;
  // Without the descriptor we do not know whose file has that name.
  if (sealed_ || private_ || inherited_ == kNotForked || !ownsDescriptor() || !isIdle())
    return false;
  if (header().contexts)
    ::unlink(contextsPathOf(path_).c_str());
  removed_ = ::unlink(path_.c_str()) == 0;
  return removed_;
}

bool Shard::restore() {
  std::lock_guard lock(mutex_);
  if (!std::exchange(removed_, false))
    return false;
  const int old = fd_;
  if (llvm::Error error = openFile(allocated_))
    fail(std::move(error)); // counts on in the file that is gone
  else
    ::close(old);
  return true;
}

} // namespace blockcov
