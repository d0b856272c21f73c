//===- context_recorder.cc ------------------------------------------------===//
#include "runtime/context_recorder.h"

#include "runtime/errors.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/Path.h"

#include <fcntl.h>
#include <unistd.h>

namespace blockcov {

void ContextRecorder::begin(const std::vector<std::string> &active) {
  generation_ = shard_.generation();
  // The records are where they were, with zeros.
  std::fill(before_.begin(), before_.end(), 0);
  for (KnownUnit &unit : units_)
    unit.id = kNoId;
  end_ = 0;
  nextUnit_ = 0;
  names_.clear();
  active_ = active;
  activeIds_.clear();
  failed_ = false;
  if (active.empty() || shard_.path().empty())
    return;
  ContextsWriter writer(0, ShardKind::Process, shard_.id());
  activeIds_ = idsOf(active, writer);
  writer.active(activeIds_);
  append(writer);
}

void ContextRecorder::switchTo(const std::vector<std::string> &active, llvm::ArrayRef<StandingFrame> frames) {
  if (generation_ != shard_.generation())
    begin(std::vector<std::string>(active_)); // a fork that Python does not know of
  active_ = active;
  if (failed_ || shard_.path().empty())
    return;
  llvm::StringRef records = shard_.records();
  noteRecords(records);
  Segment segment = takeChanges(records);
  addFrames(segment, frames);
  ContextsWriter writer(end_, ShardKind::Process, shard_.id());
  for (SegmentUnit &each : segment.units)
    each.unit = idOf(each.unit, writer);
  for (SegmentLoss &each : segment.losses)
    each.unit = idOf(each.unit, writer);
  llvm::sort(segment.units, [](const SegmentUnit &left, const SegmentUnit &right) { return left.unit < right.unit; });
  segment.names = std::exchange(activeIds_, idsOf(active, writer));
  writer.segment(segment);
  writer.active(activeIds_);
  append(writer);
}

/// Finds the counts in records that were added since the last call.
void ContextRecorder::noteRecords(llvm::StringRef records) {
  while (noted_ < records.size()) {
    const auto *header = reinterpret_cast<const RecordHeader *>(records.data() + noted_);
    Cells cells{};
    cells.before = static_cast<uint32_t>(before_.size());
    if (header->kind == RecordKind::Counters) {
      const auto *record = reinterpret_cast<const CountersRecord *>(header);
      auto [found, isNew] =
          unitOf_.try_emplace({record->mapHigh, record->mapLow}, static_cast<uint32_t>(units_.size()));
      if (isNew)
        units_.push_back({found->first, header->count, kNoId});
      owners_.push_back(found->second);
      cells.offset = noted_ + sizeof *record;
      cells.count = header->count;
      cells.unit = found->second;
    } else {
      const auto *record = reinterpret_cast<const LossRecord *>(header);
      cells.offset = noted_ + offsetof(LossRecord, count);
      cells.count = 1;
      cells.isLoss = true;
      cells.unit = owners_[record->owner];
      cells.kind = static_cast<LossKind>(header->count);
      cells.code = record->code;
      cells.place = record->unit;
    }
    before_.resize(before_.size() + cells.count);
    cells_.push_back(cells);
    noted_ += header->bytes;
  }
}

/// What was counted since the last switch. Units are indices in units_, in any order.
Segment ContextRecorder::takeChanges(llvm::StringRef records) {
  Segment segment;
  std::map<uint32_t, size_t> places; // where threads have records of their own, a unit has several
  for (const Cells &cells : cells_) {
    const auto *now = reinterpret_cast<const uint64_t *>(records.data() + cells.offset);
    uint64_t *before = &before_[cells.before];
    // Relaxed: only values; nothing counts meanwhile.
    auto value = [&](uint32_t index) { return __atomic_load_n(now + index, __ATOMIC_RELAXED); };
    if (cells.isLoss) {
      uint64_t amount = value(0) - before[0];
      before[0] += amount;
      if (amount && cells.kind != LossKind::Running && cells.kind != LossKind::Started)
        segment.losses.push_back({cells.unit, {cells.code, cells.place, cells.kind, amount}});
      continue;
    }
    SegmentUnit *unit = nullptr;
    bool merged = false;
    for (uint32_t index = 0; index != cells.count; ++index) {
      uint64_t amount = value(index) - before[index];
      if (!amount)
        continue;
      before[index] += amount;
      if (!unit) {
        auto [place, isNew] = places.try_emplace(cells.unit, segment.units.size());
        merged = !isNew;
        if (isNew)
          segment.units.push_back({cells.unit, {}});
        unit = &segment.units[place->second];
      }
      unit->counters.emplace_back(index, amount);
    }
    if (!merged)
      continue;
    // Adds equal indices up.
    auto &counters = unit->counters;
    llvm::stable_sort(counters, llvm::less_first());
    size_t kept = 0;
    for (size_t index = 1; index != counters.size(); ++index) {
      if (counters[index].first == counters[kept].first)
        counters[kept].second += counters[index].second;
      else
        counters[++kept] = counters[index];
    }
    counters.resize(kept + 1);
  }
  return segment;
}

void ContextRecorder::addFrames(Segment &segment, llvm::ArrayRef<StandingFrame> frames) {
  std::map<std::tuple<uint32_t, uint32_t, uint32_t>, uint64_t> standing;
  for (const StandingFrame &frame : frames)
    if (&frame.counters->shard == &shard_)
      ++standing[{owners_[frame.counters->ordinal], frame.code, frame.unit}];
  for (const auto &[place, count] : standing) {
    const auto &[unit, code, at] = place;
    segment.losses.push_back({unit, {code, at, LossKind::Running, count}});
  }
}

std::vector<uint32_t> ContextRecorder::idsOf(llvm::ArrayRef<std::string> names, ContextsWriter &writer) {
  std::vector<uint32_t> ids;
  for (const std::string &name : names) {
    auto [found, isNew] = names_.try_emplace(name, static_cast<uint32_t>(names_.size()));
    if (isNew)
      writer.name(name);
    ids.push_back(found->second);
  }
  llvm::sort(ids);
  return ids;
}

uint32_t ContextRecorder::idOf(uint32_t unit, ContextsWriter &writer) {
  KnownUnit &known = units_[unit];
  if (known.id == kNoId) {
    known.id = nextUnit_++;
    writer.unit(known.map, known.counterCount);
  }
  return known.id;
}

/// No descriptor stays open: see MapStore::append().
void ContextRecorder::append(const ContextsWriter &writer) {
  const std::string path = contextsPathOf(shard_.path());
  FileOps &ops = shard_.fileOps();
  auto fail = [&](const char *action, int error) {
    failed_ = true;
    shard_.loseContexts(ioError(path, action, error));
  };
  if (end_ == 0)
    if (int error = ops.makeDirectory(llvm::sys::path::parent_path(path).str()))
      return fail("create directory", error);
  int fd = -1;
  if (int error = ops.open(path, O_CREAT | O_WRONLY | O_APPEND | O_NOFOLLOW, fd))
    return fail("open", error);
  int error = ops.write(fd, writer.bytes());
  if (error)
    (void)!::ftruncate(fd, static_cast<off_t>(end_));
  if (::close(fd) != 0 && error == 0)
    error = errno;
  if (error)
    return fail("write", error);
  end_ = writer.end();
  shard_.noteContexts(end_);
}

} // namespace blockcov
