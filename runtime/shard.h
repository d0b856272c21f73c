//===- shard.h - the counters of this process, in a mapped file -*- C++ -*-===//
//
// The kernel keeps what is written to a shared mapping, however the process
// ends. A range of addresses is reserved once; the file is mapped into it as it
// grows, so that a counter's address never changes. Blocks are reserved on the
// disk before they are mapped, so that a full disk is an error code here and
// never a SIGBUS there.
//
// Records are added under a mutex. (An atomic bump of the end would leave a hole
// for a reader if the process is killed between bump and publication, and would
// leave fork() no moment at which the file is whole.) Counting takes no lock.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "runtime/counters.h"
#include "runtime/file_ops.h"
#include "runtime/layout.h"

#include "llvm/Support/Error.h"

#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <string>

namespace blockcov {

class Shard {
public:
  /// Makes `<dataDir>/shards/<pid>-<16 hex>.shard` and locks it for as long as
  /// the process lives. `dataDir` must be absolute (the program may chdir) and
  /// exist; `reserve` bounds the bytes that the shard can ever have.
  static llvm::Expected<std::unique_ptr<Shard>> create(const std::string &dataDir, FileOps &ops = systemFileOps(),
                                                       uint64_t reserve = uint64_t(1) << 30);

  /// Unmaps: no counter may be used any more. The extension never destroys one.
  ~Shard();
  Shard(const Shard &) = delete;
  Shard &operator=(const Shard &) = delete;

  /// The counters of the unit with this map, made with zeros the first time.
  /// The map must be in the map store already. The result lives as long as the
  /// shard. On an error the caller, who knows whether the unit runs unmeasured
  /// now, calls lose().
  llvm::Expected<UnitCounters *> unit(const Hash128 &map, uint32_t counterCount, uint32_t codeCount);

  /// From now on no two records' counters share a cache line: several threads are
  /// going to count at the same time.
  void keepApart() { apart_ = kApartBytes; }

  /// Cells for the counters of `unit` that were never given away before: at first
  /// its own, then those of one more record of the same map. Never fails: without
  /// room they are private memory, and the shard is marked incomplete.
  uint64_t *threadCounters(UnitCounters &unit);

  /// Adds one to a loss cell. Never fails: without room the count goes to
  /// private memory and the shard is marked incomplete.
  void recordLoss(UnitCounters &unit, uint32_t code, uint32_t place, LossKind kind);

  /// Sets all cells of a kind to zero.
  void clearLosses(LossKind kind);

  /// Notes that counts are missing because of this error, in the file if there is
  /// one, and for takeFailure(). The error's text.
  std::string lose(llvm::Error error);

  /// Running frames are recorded; counting may go on.
  void close();

  /// Nothing counts any more: guards the body by its hash. What is counted
  /// afterwards is lost, but harms nothing.
  void seal();

  /// The counts so far are those of the file that there is, which is final then; counting
  /// goes on in a new one, at the same addresses, from zero. Nothing may count
  /// meanwhile. With `drop`, the old file is removed. On an error all is as before.
  /// The path of the old file.
  llvm::Expected<std::string> rotate(bool drop);

  /// Notes how much of the contexts file of path() is whole, or why it cannot go on.
  void noteContexts(uint64_t end);
  void loseContexts(llvm::Error error);

  /// The records, from the header to the end; they may be read while others count.
  llvm::StringRef records() const;
  /// Of every file that this process counts in, another number.
  uint32_t generation() const { return generation_; }
  const ShardId &id() const { return id_; }
  FileOps &fileOps() const { return ops_; }

  /// Around fork(). The child has a shard of its own, at the same addresses, with
  /// the same records and all counts zero, before forkChild() returns; if that
  /// cannot be, it counts in private memory and takeFailure() has the reason.
  void forkPrepare();
  void forkParent();
  void forkChild();
  /// Instead of forkChild(), for a child that is going to be another program and counts
  /// nothing before: it makes no file. forkChild() may still follow, after forkPrepare().
  void forkChildThatCountsNothing() { forkParent(); }

  /// Removes the file if this is a forked child in which nothing has run of what is
  /// counted: all counts are zero, and the frames that stood somewhere in the beginning
  /// stand there now, as the loss cells say. True if so; then counts are lost from now on,
  /// until restore().
  bool removeIfIdle();
  /// After removeIfIdle(): the process counts on after all, in a new file, from zero.
  /// False, and nothing is done, if it was not removed.
  bool restore();
  bool removed() const { return removed_; }

  /// Of the file; empty in a child that has none.
  const std::string &path() const { return path_; }

  /// The first failure since the last call, or "".
  std::string takeFailure();

private:
  static constexpr uint32_t kNotForked = ~uint32_t(0);

  struct NewFile {
    int fd = -1;
    void *memory = nullptr;
    std::string temporary, path;
  };

  Shard(std::string dataDir, FileOps &ops) : dataDir_(std::move(dataDir)), ops_(ops) {}

  ShardHeader &header() const { return *reinterpret_cast<ShardHeader *>(base_); }
  llvm::Error openFile(uint64_t bytes);
  llvm::Error createFile(uint64_t bytes, NewFile &file);
  void discard(NewFile &file);
  void adopt(const NewFile &file);
  void fillHeader(ShardHeader &header, uint64_t bytes) const;
  void copyRecords(char *to) const;
  bool ownsDescriptor() const;
  llvm::Error reacquire();
  llvm::Error grow(uint64_t end);
  llvm::Expected<uint64_t> allocate(uint32_t bytes); ///< offset of zeros; under mutex_
  void publish(uint64_t offset, RecordKind kind, uint32_t staticBytes);
  llvm::Expected<uint64_t *> addCounters(const Hash128 &map, uint32_t counterCount);
  uint64_t *lossCell(UnitCounters &unit, uint32_t code, uint32_t place, LossKind kind);
  std::string fail(llvm::Error error); ///< lose(), under mutex_
  bool isIdle() const;

  const std::string dataDir_;
  FileOps &ops_;
  std::string path_;
  ShardId id_{};
  char *base_ = nullptr;
  uint64_t reserved_ = 0;  ///< addresses
  uint64_t allocated_ = 0; ///< bytes of the file, all mapped
  uint64_t used_ = 0;      ///< end of the last record
  int fd_ = -1;
  uint64_t device_ = 0, inode_ = 0; ///< what fd_ must still be
  uint32_t apart_ = 0;              ///< zeros behind the counters of each record
  uint32_t generation_ = 0;
  bool continues_ = false; ///< the file that is being made follows a snapshot
  bool sealed_ = false;
  bool private_ = false;            ///< counts in private memory, there is no file
  bool removed_ = false;            ///< as removeIfIdle() says
  uint32_t inherited_ = kNotForked; ///< counters records that it had at the fork

  mutable std::mutex mutex_; ///< guards all above but the mapped bytes, and the following
  std::map<Hash128, std::unique_ptr<UnitCounters>> units_;
  uint32_t counterRecords_ = 0; ///< in the file
  std::string failure_;
  std::deque<uint64_t> lostCounts_;                      ///< loss cells without room in the file; their addresses stay
  std::deque<std::unique_ptr<uint64_t[]>> lostCounters_; ///< the same of a thread's counters
};

} // namespace blockcov
