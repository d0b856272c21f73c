//===- contexts_file.cc ---------------------------------------------------===//
#include "runtime/contexts_file.h"

#include "instrument/payload.h"
#include "instrument/pipeline.h"
#include "runtime/errors.h"
#include "runtime/preamble.h"

#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/Twine.h"
#include "llvm/Support/LEB128.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"

#include <cassert>
#include <cstring>

namespace blockcov {

std::string contextsPathOf(llvm::StringRef shardPath) {
  namespace path = llvm::sys::path;
  llvm::StringRef directory = path::parent_path(path::parent_path(shardPath));
  llvm::SmallString<256> result(directory);
  path::append(result, "contexts", path::stem(shardPath) + kContextsSuffix);
  return result.str().str();
}

//===----------------------------------------------------------------------===//
// Writing
//===----------------------------------------------------------------------===//

ContextsWriter::ContextsWriter(uint64_t end, ShardKind kind, const ShardId &id) : start_(end) {
  if (end != 0)
    return;
  ContextsHeader header{};
  header.preamble = {kContextsMagic, kByteOrder, kFormatVersion, kCompilerVersion, sizeof(ContextsHeader)};
  header.kind = kind;
  header.id = id;
  header.headerHash = hash64({reinterpret_cast<const char *>(&header), offsetof(ContextsHeader, headerHash)});
  bytes_.append(reinterpret_cast<const char *>(&header), sizeof header);
}

void ContextsWriter::record(RecordKind kind, uint32_t count, llvm::StringRef payload) {
  const size_t at = bytes_.size();
  RecordHeader header{};
  header.kind = kind;
  header.bytes = recordBytes(sizeof header + payload.size());
  header.count = count;
  bytes_.append(reinterpret_cast<const char *>(&header), sizeof header);
  bytes_.append(payload.data(), payload.size());
  bytes_.resize(at + header.bytes); // pads with zeros
  header.check = recordCheck(bytes_.data() + at, header.bytes, kind, start_ + at);
  std::memcpy(bytes_.data() + at, &header, sizeof header);
}

void ContextsWriter::name(llvm::StringRef text) { record(RecordKind::Name, static_cast<uint32_t>(text.size()), text); }

void ContextsWriter::unit(const Hash128 &map, uint32_t counterCount) {
  const uint64_t hash[] = {map.high, map.low};
  record(RecordKind::Unit, counterCount, {reinterpret_cast<const char *>(hash), sizeof hash});
}

namespace {

void putIds(llvm::raw_ostream &out, llvm::ArrayRef<uint32_t> ids) {
  llvm::encodeULEB128(ids.size(), out);
  uint32_t last = 0;
  for (uint32_t id : ids) {
    llvm::encodeULEB128(id - last, out);
    last = id;
  }
}

} // namespace

void ContextsWriter::segment(const Segment &segment) {
  std::string payload;
  llvm::raw_string_ostream out(payload);
  putIds(out, segment.names);
  llvm::encodeULEB128(segment.units.size(), out);
  uint32_t lastUnit = 0;
  for (const SegmentUnit &each : segment.units) {
    llvm::encodeULEB128(each.unit - lastUnit, out);
    lastUnit = each.unit;
    llvm::encodeULEB128(each.counters.size(), out);
    uint32_t lastIndex = 0;
    for (const auto &[index, amount] : each.counters) {
      llvm::encodeULEB128(index - lastIndex, out);
      lastIndex = index;
      llvm::encodeULEB128(amount, out);
    }
  }
  llvm::encodeULEB128(segment.losses.size(), out);
  for (const SegmentLoss &each : segment.losses) {
    for (uint64_t number : {uint64_t(each.unit), uint64_t(each.loss.code), uint64_t(each.loss.unit),
                            uint64_t(each.loss.kind), each.loss.count})
      llvm::encodeULEB128(number, out);
  }
  out.flush();
  record(RecordKind::Segment, static_cast<uint32_t>(payload.size()), payload);
}

void ContextsWriter::active(llvm::ArrayRef<uint32_t> names) {
  std::string payload;
  llvm::raw_string_ostream out(payload);
  putIds(out, names);
  out.flush();
  record(RecordKind::Active, static_cast<uint32_t>(payload.size()), payload);
}

//===----------------------------------------------------------------------===//
// Reading
//===----------------------------------------------------------------------===//

namespace {

template <typename T> T load(llvm::StringRef bytes, uint64_t offset) {
  T value;
  std::memcpy(&value, bytes.data() + offset, sizeof value);
  return value;
}

/// Takes numbers off the front of a payload; the first that is wrong ends it.
class Numbers {
public:
  explicit Numbers(llvm::StringRef bytes) : bytes_(bytes) {}

  uint64_t next() {
    const std::optional<uint64_t> value = bad_ ? std::nullopt : takeNumber(bytes_);
    bad_ |= !value;
    return value.value_or(0);
  }

  /// Of things that take at least `least` bytes each.
  size_t count(size_t least) {
    uint64_t value = next();
    if (value > bytes_.size() / least)
      bad_ = true;
    return bad_ ? 0 : static_cast<size_t>(value);
  }

  /// The next of an ascending list, below `limit`.
  uint32_t ascending(bool first, uint32_t last, size_t limit) {
    uint64_t distance = next();
    if ((!first && distance == 0) || distance >= limit || last + distance >= limit)
      bad_ = true;
    return bad_ ? 0 : static_cast<uint32_t>(last + distance);
  }

  uint32_t below(uint64_t limit) {
    uint64_t value = next();
    if (value >= limit)
      bad_ = true;
    return bad_ ? 0 : static_cast<uint32_t>(value);
  }

  bool bad() const { return bad_; }
  bool finished() const { return !bad_ && bytes_.empty(); }

private:
  llvm::StringRef bytes_;
  bool bad_ = false;
};

std::vector<uint32_t> readIds(Numbers &numbers, size_t limit) {
  std::vector<uint32_t> ids(numbers.count(1));
  for (size_t index = 0; index != ids.size(); ++index)
    ids[index] = numbers.ascending(index == 0, index == 0 ? 0 : ids[index - 1], limit);
  return ids;
}

Segment readSegment(Numbers &numbers, const ContextsView &view) {
  Segment segment;
  segment.names = readIds(numbers, view.names.size());
  segment.units.resize(numbers.count(2));
  for (size_t at = 0; at != segment.units.size() && !numbers.bad(); ++at) {
    SegmentUnit &each = segment.units[at];
    each.unit = numbers.ascending(at == 0, at == 0 ? 0 : segment.units[at - 1].unit, view.units.size());
    each.counters.resize(numbers.count(2));
    if (numbers.bad())
      break;
    uint32_t last = 0;
    for (size_t index = 0; index != each.counters.size(); ++index) {
      last = numbers.ascending(index == 0, last, view.units[each.unit].counterCount);
      each.counters[index] = {last, numbers.next()};
    }
  }
  segment.losses.resize(numbers.count(5));
  for (SegmentLoss &each : segment.losses) {
    each.unit = numbers.below(view.units.size());
    each.loss.code = numbers.below(uint64_t(1) << 32);
    each.loss.unit = numbers.below(uint64_t(1) << 32);
    uint32_t kind = numbers.below(uint64_t(1) << 32);
    each.loss.kind = static_cast<LossKind>(std::max<uint32_t>(kind, 1));
    each.loss.count = numbers.next();
  }
  return segment;
}

} // namespace

llvm::Expected<ContextsView> readContexts(llvm::StringRef bytes, llvm::StringRef path,
                                          llvm::function_ref<void(const ContextsView &, const Segment &)> visit) {
  ContextsView view;
  if (bytes.size() < sizeof(Preamble))
    return damaged(path, bytes.size(), "the file ends in the preamble");
  if (llvm::Error error =
          checkPreamble(load<Preamble>(bytes, 0), kContextsMagic, sizeof(ContextsHeader), "contexts file", path))
    return std::move(error);
  if (bytes.size() < sizeof(ContextsHeader))
    return damaged(path, bytes.size(), "the file ends in the header");
  view.header = load<ContextsHeader>(bytes, 0);
  if (hash64(bytes.take_front(offsetof(ContextsHeader, headerHash))) != view.header.headerHash)
    return damaged(path, offsetof(ContextsHeader, headerHash), "the header's hash does not match");

  for (uint64_t offset = sizeof(ContextsHeader); offset != bytes.size();) {
    const uint64_t left = bytes.size() - offset;
    if (left < sizeof(RecordHeader))
      return damaged(path, offset, "the file ends in the middle of a record");
    auto header = load<RecordHeader>(bytes, offset);
    if (header.bytes % kRecordAlign != 0 || header.bytes < sizeof(RecordHeader) || header.bytes > left)
      return damaged(path, offset + offsetof(RecordHeader, bytes),
                     "record of " + llvm::Twine(header.bytes) + " bytes, " + llvm::Twine(left) + " are left");
    if (recordCheck(bytes.data() + offset, header.bytes, header.kind, offset) != header.check)
      return damaged(path, offset + offsetof(RecordHeader, check), "the record's check does not match");
    llvm::StringRef payload = bytes.substr(offset + sizeof header, header.bytes - sizeof header);
    if (header.kind != RecordKind::Unit) {
      if (header.count > payload.size())
        return damaged(path, offset + offsetof(RecordHeader, count),
                       llvm::Twine(header.count) + " bytes in a record of " + llvm::Twine(header.bytes) + " bytes");
      payload = payload.take_front(header.count);
    }
    Numbers numbers(payload);
    bool good = true;
    switch (header.kind) {
    case RecordKind::Name:
      view.names.push_back(payload);
      break;
    case RecordKind::Unit:
      good = payload.size() == 2 * sizeof(uint64_t);
      if (good)
        view.units.push_back({{load<uint64_t>(payload, 0), load<uint64_t>(payload, sizeof(uint64_t))}, header.count});
      break;
    case RecordKind::Segment: {
      Segment segment = readSegment(numbers, view);
      good = numbers.finished();
      if (good)
        visit(view, segment);
      break;
    }
    case RecordKind::Active:
      view.active = readIds(numbers, view.names.size());
      good = numbers.finished();
      break;
    default:
      return damaged(path, offset,
                     "record of unknown kind 0x" + llvm::Twine::utohexstr(static_cast<uint32_t>(header.kind)));
    }
    if (!good)
      return damaged(path, offset, "the record's content is not what its kind has");
    offset += header.bytes;
  }
  return view;
}

} // namespace blockcov
