//===- context_sums.cc ----------------------------------------------------===//
#include "runtime/context_sums.h"

#include "runtime/errors.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/Twine.h"
#include "llvm/Support/MathExtras.h"

#include <algorithm>
#include <limits>

namespace blockcov {

namespace {

bool isStanding(LossKind kind) { return kind == LossKind::Running || kind == LossKind::Started; }

/// What a loss cell of a standing frame adds to the balance of its place.
int64_t balanceOf(const Loss &loss) {
  auto count = static_cast<int64_t>(std::min<uint64_t>(loss.count, std::numeric_limits<int64_t>::max() / 2));
  return loss.kind == LossKind::Running ? count : -count;
}

Loss lossAt(const MergedUnit::Place &place, uint64_t count) {
  return {std::get<0>(place), std::get<1>(place), std::get<2>(place), count};
}

void appendStanding(std::vector<Loss> &losses, const Standing &standing) {
  for (const auto &[place, balance] : standing)
    if (balance)
      losses.push_back({place.first, place.second, balance > 0 ? LossKind::Running : LossKind::Started,
                        balance > 0 ? uint64_t(balance) : uint64_t(-balance)});
}

/// A unit's counts, of which parts are taken away until what is left is nobody's.
class Rest {
public:
  explicit Rest(const MergedUnit &all) : counters_(all.counters) {
    for (const Loss &loss : all.lossList())
      if (isStanding(loss.kind))
        standing_[{loss.code, loss.unit}] += balanceOf(loss);
      else
        losses_[{loss.code, loss.unit, loss.kind}] = loss.count;
  }

  uint32_t counterCount() const { return static_cast<uint32_t>(counters_.size()); }

  void take(llvm::ArrayRef<std::pair<uint32_t, uint64_t>> amounts) {
    // A process that still runs may have counted on between two looks at its files.
    for (const auto &[index, amount] : amounts)
      counters_[index] -= std::min(counters_[index], amount);
  }
  void take(const Loss &loss) {
    if (isStanding(loss.kind)) {
      standing_[{loss.code, loss.unit}] -= balanceOf(loss);
      return;
    }
    uint64_t &left = losses_[{loss.code, loss.unit, loss.kind}];
    left -= std::min(left, loss.count);
  }
  void take(const ContextCounts &counts) {
    take(counts.counters);
    for (const Loss &loss : counts.lossList())
      take(loss);
  }

  /// What is left.
  ContextCounts counts() const {
    ContextCounts left;
    for (uint32_t index = 0; index != counters_.size(); ++index)
      if (counters_[index])
        left.counters.emplace_back(index, counters_[index]);
    for (const auto &[place, amount] : losses_)
      if (amount)
        left.losses.emplace(place, amount);
    for (const auto &[place, balance] : standing_)
      if (balance)
        left.standing.emplace(place, balance);
    return left;
  }

private:
  std::vector<uint64_t> counters_;
  std::map<MergedUnit::Place, uint64_t> losses_;
  Standing standing_;
};

} // namespace

//===----------------------------------------------------------------------===//
// Counts of one unit
//===----------------------------------------------------------------------===//

void ContextCounts::add(llvm::ArrayRef<std::pair<uint32_t, uint64_t>> more) {
  std::vector<std::pair<uint32_t, uint64_t>> both;
  both.reserve(counters.size() + more.size());
  auto left = counters.begin();
  for (const auto &right : more) {
    while (left != counters.end() && left->first < right.first)
      both.push_back(*left++);
    if (left != counters.end() && left->first == right.first)
      both.emplace_back(right.first, llvm::SaturatingAdd<uint64_t>(left++->second, right.second));
    else
      both.push_back(right);
  }
  both.insert(both.end(), left, counters.end());
  counters = std::move(both);
}

void ContextCounts::add(const Loss &loss) {
  if (isStanding(loss.kind)) {
    standing[{loss.code, loss.unit}] += balanceOf(loss);
    return;
  }
  uint64_t &sum = losses[{loss.code, loss.unit, loss.kind}];
  sum = llvm::SaturatingAdd<uint64_t>(sum, loss.count);
}

void ContextCounts::add(const ContextCounts &more) {
  add(more.counters);
  for (const auto &[place, amount] : more.losses)
    add(lossAt(place, amount));
  for (const auto &[place, balance] : more.standing)
    standing[place] += balance;
}

std::vector<Loss> ContextCounts::lossList() const {
  std::vector<Loss> result;
  for (const auto &[place, amount] : losses)
    result.push_back(lossAt(place, amount));
  appendStanding(result, standing);
  return result;
}

//===----------------------------------------------------------------------===//
// Adding a shard
//===----------------------------------------------------------------------===//

uint32_t ContextSums::nameIndex(llvm::StringRef name) {
  auto [found, isNew] = nameIndex_.try_emplace(name.str(), static_cast<uint32_t>(names_.size()));
  if (isNew)
    names_.push_back(found->first);
  return found->second;
}

uint32_t ContextSums::setIndex(const ContextsView &view, llvm::ArrayRef<uint32_t> ids) {
  if (ids.empty())
    return kOutside;
  Set set;
  for (uint32_t id : ids)
    set.push_back(nameIndex(view.names[id]));
  llvm::sort(set);
  set.erase(std::unique(set.begin(), set.end()), set.end());
  auto [found, isNew] = setIndex_.try_emplace(std::move(set), static_cast<uint32_t>(sets_.size()));
  if (isNew)
    sets_.push_back(&found->first);
  return found->second;
}

namespace {

/// Whether the file belongs to the shard; before anything of it counts, since a
/// shard counts as a whole or not at all.
llvm::Error check(const ShardView &shard, const std::map<Hash128, Rest> &rest, llvm::StringRef bytes,
                  llvm::StringRef path) {
  llvm::Expected<ContextsView> view = readContexts(bytes, path, [](const ContextsView &, const Segment &) {});
  if (!view)
    return view.takeError();
  if (view->header.id != shard.header.id)
    return damaged(path, offsetof(ContextsHeader, id), "it belongs to another shard");
  if (view->header.kind != shard.header.kind)
    return damaged(path, offsetof(ContextsHeader, kind), "its shard is of another kind");
  for (const ContextsUnit &unit : view->units) {
    auto found = rest.find(unit.map);
    if (found == rest.end())
      return damaged(path, sizeof(ContextsHeader), "counters of map " + unit.map.text() + ", which the shard has not");
    if (found->second.counterCount() != unit.counterCount)
      return damaged(path, sizeof(ContextsHeader),
                     llvm::Twine(unit.counterCount) + " counters of map " + unit.map.text() + ", the shard has " +
                         llvm::Twine(found->second.counterCount()));
  }
  return llvm::Error::success();
}

} // namespace

llvm::Error ContextSums::add(const ShardView &shard, llvm::StringRef bytes, llvm::StringRef path) {
  Merge all;
  if (llvm::Error error = all.add(shard, path))
    return error;
  std::map<Hash128, Rest> rest;
  for (const auto &[map, unit] : all.units())
    rest.emplace(map, Rest(unit));
  if (llvm::Error error = check(shard, rest, bytes, path))
    return error;

  // Frames that stand where the next segment begins: in that of a process they are
  // those with which the one before ended, at first those of the shard.
  std::vector<std::pair<Hash128, Loss>> starting, ending;
  const bool isProcess = shard.header.kind == ShardKind::Process;
  for (const ShardLoss &each : shard.losses)
    if (isProcess && each.loss.kind == LossKind::Started)
      starting.emplace_back(shard.counters[each.owner].map, each.loss);

  llvm::Expected<ContextsView> view = readContexts(bytes, path, [&](const ContextsView &view, const Segment &segment) {
    const uint32_t set = setIndex(view, segment.names);
    auto addLoss = [&](const Hash128 &map, const Loss &loss) {
      rest.at(map).take(loss);
      if (set != kOutside)
        units_[map][set].add(loss);
    };
    for (const SegmentUnit &each : segment.units) {
      const Hash128 &map = view.units[each.unit].map;
      rest.at(map).take(each.counters);
      if (set != kOutside)
        units_[map][set].add(each.counters);
    }
    for (const SegmentLoss &each : segment.losses) {
      const Hash128 &map = view.units[each.unit].map;
      addLoss(map, each.loss);
      if (isProcess && each.loss.kind == LossKind::Running) {
        ending.emplace_back(map, each.loss);
        ending.back().second.kind = LossKind::Started;
      }
    }
    for (const auto &[map, loss] : starting)
      addLoss(map, loss);
    starting = std::exchange(ending, {});
  });
  if (!view)
    return view.takeError();

  // The rest was counted after the last switch; unknown in which context, if one
  // more switch could not be written.
  const uint32_t last = setIndex(*view, view->active);
  if (last == kOutside || shard.header.contextsLost)
    return llvm::Error::success();
  for (const auto &[map, unit] : rest) {
    ContextCounts left = unit.counts();
    if (!left.counters.empty() || !left.losses.empty() || !left.standing.empty())
      units_[map][last].add(left);
  }
  return llvm::Error::success();
}

//===----------------------------------------------------------------------===//
// Using the sums
//===----------------------------------------------------------------------===//

bool ContextSums::isWanted(uint32_t set, const std::vector<bool> &names) const {
  return llvm::any_of(*sets_[set], [&](uint32_t name) { return names[name]; });
}

std::vector<bool> ContextSums::namesIn(const Hash128 &map) const {
  std::vector<bool> result(names_.size());
  if (auto unit = units_.find(map); unit != units_.end())
    for (const auto &[set, counts] : unit->second)
      for (uint32_t name : *sets_[set])
        result[name] = true;
  return result;
}

MergedUnit ContextSums::select(const Hash128 &map, const MergedUnit &total, const std::vector<bool> &names,
                               bool outside) const {
  static const std::map<uint32_t, ContextCounts> none;
  auto unit = units_.find(map);
  const auto &sets = unit == units_.end() ? none : unit->second;
  ContextCounts sum;
  if (outside) {
    Rest rest(total);
    for (const auto &[set, counts] : sets)
      if (!isWanted(set, names))
        rest.take(counts);
    sum = rest.counts();
  } else {
    for (const auto &[set, counts] : sets)
      if (isWanted(set, names))
        sum.add(counts);
  }
  MergedUnit result;
  result.counters.resize(total.counters.size());
  for (const auto &[index, amount] : sum.counters)
    result.counters[index] = amount;
  for (const Loss &loss : sum.lossList())
    result.losses[{loss.code, loss.unit, loss.kind}] = loss.count;
  return result;
}

void ContextSums::rename(const std::map<Hash128, Hash128> &maps) {
  for (const auto &[from, to] : maps)
    if (auto unit = units_.extract(from))
      for (const auto &[set, counts] : unit.mapped())
        units_[to][set].add(counts);
}

std::string ContextSums::encode(const Merge &merge) const {
  // Names and sets in their own order, whichever came first.
  std::vector<uint32_t> byName(names_.size()), newIndex(names_.size());
  for (uint32_t index = 0; index != names_.size(); ++index)
    byName[index] = index;
  llvm::sort(byName, [&](uint32_t left, uint32_t right) { return names_[left] < names_[right]; });
  for (uint32_t index = 0; index != byName.size(); ++index)
    newIndex[byName[index]] = index;
  std::map<Set, uint32_t> bySet;
  for (uint32_t set = 0; set != sets_.size(); ++set) {
    Set renamed;
    for (uint32_t name : *sets_[set])
      renamed.push_back(newIndex[name]);
    llvm::sort(renamed);
    bySet.emplace(std::move(renamed), set);
  }

  ContextsWriter writer(0, ShardKind::Merged, merge.id());
  for (uint32_t name : byName)
    writer.name(names_[name]);
  std::vector<std::pair<Hash128, const std::map<uint32_t, ContextCounts> *>> units;
  for (const auto &[map, sets] : units_) {
    writer.unit(map, static_cast<uint32_t>(merge.units().at(map).counters.size()));
    units.emplace_back(map, &sets);
  }
  for (const auto &[names, set] : bySet) {
    Segment segment;
    segment.names = names;
    for (uint32_t unit = 0; unit != units.size(); ++unit) {
      auto found = units[unit].second->find(set);
      if (found == units[unit].second->end())
        continue;
      if (!found->second.counters.empty())
        segment.units.push_back({unit, found->second.counters});
      for (const Loss &loss : found->second.lossList())
        segment.losses.push_back({unit, loss});
    }
    writer.segment(segment);
  }
  return writer.bytes();
}

} // namespace blockcov
