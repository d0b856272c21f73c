//===- shard_reader.cc ----------------------------------------------------===//
#include "runtime/shard_reader.h"

#include "runtime/errors.h"
#include "runtime/hash.h"
#include "runtime/preamble.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/Twine.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace blockcov {

namespace {

/// Copies a struct out of bytes that need not be aligned.
template <typename T> T load(llvm::StringRef bytes, uint64_t offset) {
  T value;
  std::memcpy(&value, bytes.data() + offset, sizeof value);
  return value;
}

bool allZero(llvm::StringRef bytes) {
  return llvm::all_of(bytes, [](char byte) { return byte == 0; });
}

/// Walks the records of one shard and fills a view.
class RecordWalk {
public:
  RecordWalk(llvm::StringRef bytes, llvm::StringRef path, ShardView &view) : bytes_(bytes), path_(path), view_(view) {}

  llvm::Error run(uint64_t end);

private:
  llvm::Error record(uint64_t offset, const RecordHeader &header);
  llvm::Error counters(uint64_t offset, const RecordHeader &header);
  llvm::Error loss(uint64_t offset, const RecordHeader &header);
  llvm::Error ids(uint64_t offset, const RecordHeader &header);
  llvm::Error guard(uint64_t offset, const RecordHeader &header, uint32_t staticBytes);
  llvm::Error bad(uint64_t offset, const llvm::Twine &reason) { return damaged(path_, offset, reason); }

  llvm::StringRef bytes_;
  llvm::StringRef path_;
  ShardView &view_;
};

llvm::Error RecordWalk::run(uint64_t end) {
  uint64_t offset = sizeof(ShardHeader);
  while (offset != end) {
    if (end - offset < sizeof(RecordHeader))
      return bad(offset, "the records end in the middle of one");
    auto header = load<RecordHeader>(bytes_, offset);
    if (header.kind == RecordKind::End)
      break;
    if (header.bytes % kRecordAlign != 0 || header.bytes < sizeof(RecordHeader) || header.bytes > end - offset)
      return bad(offset + offsetof(RecordHeader, bytes),
                 "record of " + llvm::Twine(header.bytes) + " bytes, " + llvm::Twine(end - offset) + " are left");
    if (llvm::Error error = record(offset, header))
      return error;
    offset += header.bytes;
  }
  if (view_.header.state == ShardState::Sealed && offset != view_.header.bodyEnd)
    return bad(offset, "the records end here, the header says at " + llvm::Twine(view_.header.bodyEnd));
  return llvm::Error::success();
}

llvm::Error RecordWalk::record(uint64_t offset, const RecordHeader &header) {
  switch (header.kind) {
  case RecordKind::Counters:
    return counters(offset, header);
  case RecordKind::Loss:
    return loss(offset, header);
  case RecordKind::Ids:
    return ids(offset, header);
  case RecordKind::End:
    break;
  }
  return bad(offset, "record of unknown kind 0x" + llvm::Twine::utohexstr(static_cast<uint32_t>(header.kind)));
}

llvm::Error RecordWalk::guard(uint64_t offset, const RecordHeader &header, uint32_t staticBytes) {
  if (header.bytes < staticBytes)
    return bad(offset + offsetof(RecordHeader, bytes), "record too short for its kind");
  if (recordCheck(bytes_.data() + offset, staticBytes, header.kind, offset) != header.check)
    return bad(offset + offsetof(RecordHeader, check), "the record's check does not match");
  return llvm::Error::success();
}

llvm::Error RecordWalk::counters(uint64_t offset, const RecordHeader &header) {
  if (llvm::Error error = guard(offset, header, kCountersStaticBytes))
    return error;
  uint64_t end = sizeof(CountersRecord) + uint64_t(header.count) * sizeof(uint64_t);
  if ((recordBytes(end) != header.bytes && recordBytes(end) + kApartBytes != header.bytes) || end > header.bytes)
    return bad(offset + offsetof(RecordHeader, count),
               llvm::Twine(header.count) + " counters in a record of " + llvm::Twine(header.bytes) + " bytes");
  if (!allZero(bytes_.substr(offset + end, header.bytes - end)))
    return bad(offset + end, "padding is not zero");
  auto record = load<CountersRecord>(bytes_, offset);
  const char *first = bytes_.data() + offset + sizeof(CountersRecord);
  view_.counters.push_back(
      {{record.mapHigh, record.mapLow}, {reinterpret_cast<const llvm::support::ulittle64_t *>(first), header.count}});
  return llvm::Error::success();
}

llvm::Error RecordWalk::loss(uint64_t offset, const RecordHeader &header) {
  if (llvm::Error error = guard(offset, header, kLossStaticBytes))
    return error;
  if (header.bytes != sizeof(LossRecord))
    return bad(offset + offsetof(RecordHeader, bytes), "loss cell of wrong size");
  auto record = load<LossRecord>(bytes_, offset);
  if (record.owner >= view_.counters.size())
    return bad(offset + offsetof(LossRecord, owner), "loss cell of counters record " + llvm::Twine(record.owner) +
                                                         ", there are " + llvm::Twine(view_.counters.size()));
  if (header.count < static_cast<uint32_t>(LossKind::Raised))
    return bad(offset + offsetof(RecordHeader, count), "unknown kind of loss " + llvm::Twine(header.count));
  if (record.reserved0 != 0)
    return bad(offset + offsetof(LossRecord, reserved0), "reserved field is not zero");
  if (record.reserved1 != 0)
    return bad(offset + offsetof(LossRecord, reserved1), "reserved field is not zero");
  Loss loss;
  loss.code = record.code;
  loss.unit = record.unit;
  loss.kind = static_cast<LossKind>(header.count);
  loss.count = record.count;
  view_.losses.push_back({record.owner, loss});
  return llvm::Error::success();
}

llvm::Error RecordWalk::ids(uint64_t offset, const RecordHeader &header) {
  if (view_.header.kind != ShardKind::Merged)
    return bad(offset, "list of ids in the shard of a process");
  if (llvm::Error error = guard(offset, header, header.bytes))
    return error;
  if ((header.bytes - sizeof(IdsRecord)) / sizeof(ShardId) != header.count)
    return bad(offset + offsetof(RecordHeader, count),
               llvm::Twine(header.count) + " ids in a record of " + llvm::Twine(header.bytes) + " bytes");
  for (uint64_t at = offset + sizeof(IdsRecord); at != offset + header.bytes; at += sizeof(ShardId)) {
    auto id = load<ShardId>(bytes_, at);
    if (!view_.ids.empty() && !(view_.ids.back() < id))
      return bad(at, "ids are not in order");
    view_.ids.push_back(id);
  }
  return llvm::Error::success();
}

} // namespace

llvm::Expected<ShardHeader> parseShardHeader(llvm::StringRef bytes, uint64_t fileBytes, llvm::StringRef path) {
  if (bytes.size() < sizeof(Preamble))
    return damaged(path, bytes.size(), "the file ends in the preamble");
  if (llvm::Error error = checkPreamble(load<Preamble>(bytes, 0), kShardMagic, sizeof(ShardHeader), "shard", path))
    return std::move(error);
  if (bytes.size() < sizeof(ShardHeader))
    return damaged(path, bytes.size(), "the file ends in the header");
  auto header = load<ShardHeader>(bytes, 0);
  if (hash64(bytes.take_front(offsetof(ShardHeader, staticHash))) != header.staticHash)
    return damaged(path, offsetof(ShardHeader, staticHash), "the header's hash does not match");
  if (header.kind != ShardKind::Process && header.kind != ShardKind::Merged)
    return damaged(path, offsetof(ShardHeader, kind), "unknown kind of shard");
  if (header.state != ShardState::Open && header.state != ShardState::Closed && header.state != ShardState::Sealed)
    return damaged(path, offsetof(ShardHeader, state), "unknown state");
  uint64_t allocated = 0;
  if (!unguardSize(header.allocated, allocated) || allocated < sizeof(ShardHeader))
    return damaged(path, offsetof(ShardHeader, allocated), "the size field is damaged");
  if (fileBytes < allocated)
    return damaged(path, fileBytes, "the file is truncated, it had " + llvm::Twine(allocated) + " bytes");
  uint64_t contexts = 0;
  if (header.contexts && !unguardWord(header.contexts, contexts))
    return damaged(path, offsetof(ShardHeader, contexts), "the size of the contexts is damaged");
  if (header.reserved2 != 0)
    return damaged(path, offsetof(ShardHeader, reserved2), "reserved field is not zero");
  for (size_t index = 0; index != header.reserved1.size(); ++index)
    if (header.reserved1[index] != 0)
      return damaged(path, offsetof(ShardHeader, reserved1) + index * sizeof(uint64_t), "reserved field is not zero");
  bool sealed = header.state == ShardState::Sealed;
  if (!sealed && (header.bodyEnd != 0 || header.bodyHash != 0))
    return damaged(path, offsetof(ShardHeader, bodyEnd), "only a sealed shard has a body hash");
  if (sealed && (header.bodyEnd < sizeof(ShardHeader) || header.bodyEnd > allocated))
    return damaged(path, offsetof(ShardHeader, bodyEnd),
                   "the body ends at " + llvm::Twine(header.bodyEnd) + ", the file at " + llvm::Twine(allocated));
  return header;
}

llvm::Expected<ShardView> parseShard(llvm::StringRef bytes, llvm::StringRef path) {
  llvm::Expected<ShardHeader> header = parseShardHeader(bytes, bytes.size(), path);
  if (!header)
    return header.takeError();
  ShardView view;
  view.header = *header;
  uint64_t end = 0;
  unguardSize(header->allocated, end); // checked above
  if (header->state == ShardState::Sealed) {
    end = header->bodyEnd;
    llvm::StringRef body = bytes.slice(sizeof(ShardHeader), end);
    if (hash64(body, bodySeed(*header)) != header->bodyHash)
      return damaged(path, offsetof(ShardHeader, bodyHash), "the body's hash does not match");
  }
  if (llvm::Error error = RecordWalk(bytes, path, view).run(end))
    return std::move(error);
  return view;
}

llvm::Expected<std::unique_ptr<llvm::MemoryBuffer>> readWholeFile(llvm::StringRef path, uint64_t most) {
  const int fd = ::open(path.str().c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0)
    return ioError(path, "read", errno);
  struct stat status{};
  int error = ::fstat(fd, &status) != 0 ? errno
              : S_ISDIR(status.st_mode) ? EISDIR
              : S_ISREG(status.st_mode) ? 0
                                        : EINVAL;
  const size_t size = error ? 0 : static_cast<size_t>(std::min<uint64_t>(uint64_t(status.st_size), most));
  auto buffer = llvm::WritableMemoryBuffer::getNewUninitMemBuffer(size, path);
  if (!buffer && error == 0)
    error = ENOMEM;
  size_t done = 0;
  while (error == 0 && done != size) {
    ssize_t length = ::pread(fd, buffer->getBufferStart() + done, size - done, static_cast<off_t>(done));
    if (length > 0)
      done += static_cast<size_t>(length);
    else if (length == 0)
      break; // it was truncated just now
    else if (errno != EINTR)
      error = errno;
  }
  ::close(fd);
  if (error)
    return ioError(path, "read", error);
  if (done != size)
    return llvm::MemoryBuffer::getMemBufferCopy({buffer->getBufferStart(), done}, path);
  return std::unique_ptr<llvm::MemoryBuffer>(std::move(buffer));
}

llvm::Expected<ReadShard> readShard(llvm::StringRef path, uint64_t most) {
  for (int left = 3;; --left) {
    auto bytes = readWholeFile(path, most);
    if (!bytes)
      return bytes.takeError();
    llvm::Expected<ShardView> view = parseShard((*bytes)->getBuffer(), path);
    if (view)
      return ReadShard{std::move(*bytes), std::move(*view)};
    if (left == 0)
      return view.takeError();
    llvm::consumeError(view.takeError());
  }
}

uint64_t firstHole(llvm::StringRef path) {
  const int fd = ::open(path.str().c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0)
    return UINT64_MAX;
  const off_t hole = ::lseek(fd, 0, SEEK_HOLE);
  ::close(fd);
  return hole < 0 ? UINT64_MAX : static_cast<uint64_t>(hole);
}

} // namespace blockcov
