//===- live_control.cc ----------------------------------------------------===//
#include "importhook/live_control.h"

#include "importhook/frames.h"
#include "instrument/error.h"

#include "llvm/ADT/STLExtras.h"

#include <unistd.h>

namespace blockcov {

/// A probe that has erased itself does not count what runs later.
llvm::Error LiveControl::requireCounts(const char *what) const {
  if (llvm::any_of(sessions_, [](const Session *each) { return each->mode().kind == Mode::Hits; }))
    return makeError("%s needs --mode counts", what);
  return llvm::Error::success();
}

std::vector<std::string> LiveControl::active() const {
  std::vector<std::string> names;
  for (const auto &[name, count] : entered_)
    names.push_back(name);
  return names;
}

llvm::Error LiveControl::switchContext(const std::optional<std::string> &leave,
                                       const std::optional<std::string> &enter) {
  // As long as nothing was counted, nothing has erased itself.
  const bool isFresh =
      llvm::all_of(sessions_, [](Session *each) { return each->shard().records().size() == sizeof(ShardHeader); });
  if (enter && !isFresh)
    if (llvm::Error error = requireCounts("a context"))
      return error;
  const std::vector<std::string> before = active();
  if (leave)
    if (auto found = entered_.find(*leave); found != entered_.end() && --found->second == 0)
      entered_.erase(found);
  if (enter)
    ++entered_[*enter];
  const std::vector<std::string> after = active();
  if (after == before)
    return llvm::Error::success();
  atStandstill([&](llvm::ArrayRef<StandingFrame> frames) {
    for (Session *session : sessions_)
      session->contexts().switchTo(after, frames);
  });
  return llvm::Error::success();
}

namespace {

std::vector<StandingFrame> framesOf(llvm::ArrayRef<StandingFrame> frames, const Shard &shard) {
  std::vector<StandingFrame> own;
  llvm::copy_if(frames, std::back_inserter(own),
                [&](const StandingFrame &frame) { return &frame.counters->shard == &shard; });
  return own;
}

} // namespace

void LiveControl::begin(Session &session) { session.contexts().begin(active()); }

llvm::Expected<std::string> LiveControl::rotate(bool drop) {
  if (drop)
    if (llvm::Error error = requireCounts("starting from zero"))
      return std::move(error);
  std::string path;
  llvm::Error failure = llvm::Error::success();
  atStandstill([&](llvm::ArrayRef<StandingFrame> frames) {
    for (Session *session : sessions_) {
      Shard &shard = session->shard();
      const std::vector<StandingFrame> own = framesOf(frames, shard);
      shard.clearLosses(LossKind::Running);
      recordFrames(own, LossKind::Running);
      shard.close();
      llvm::Expected<std::string> old = shard.rotate(drop);
      if (!old) {
        shard.clearLosses(LossKind::Running);
        failure = llvm::joinErrors(std::move(failure), old.takeError());
        continue;
      }
      recordFrames(own, LossKind::Started);
      if (drop)
        ::unlink(contextsPathOf(*old).c_str());
      begin(*session);
      path = std::move(*old);
    }
  });
  if (failure)
    return std::move(failure);
  return path;
}

void LiveControl::goOn() {
  if (llvm::none_of(sessions_, [](Session *each) { return each->shard().removed(); }))
    return;
  atStandstill([&](llvm::ArrayRef<StandingFrame> frames) {
    for (Session *session : sessions_) {
      if (!session->shard().restore())
        continue;
      recordFrames(framesOf(frames, session->shard()), LossKind::Started);
      begin(*session);
    }
  });
}

} // namespace blockcov
