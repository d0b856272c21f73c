//===- live_control.h - contexts, snapshots, starting from zero -*- C++ -*-===//
//
// What a program may ask of the process that measures it. Contexts are those of the
// process: whatever any thread counts while one is active belongs to it.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "importhook/session.h"

#include "llvm/Support/Error.h"

#include <optional>
#include <string>
#include <vector>

namespace blockcov {

/// Guarded by the StateLock, as the sessions are.
class LiveControl {
public:
  explicit LiveControl(const std::vector<Session *> &sessions) : sessions_(sessions) {}

  /// Leaves one context and enters another at once; either may be missing. Leaving
  /// one that is not active does nothing.
  llvm::Error switchContext(const std::optional<std::string> &leave, const std::optional<std::string> &enter);

  /// The contexts that are active, ascending.
  std::vector<std::string> active() const;

  /// What was counted so far becomes a shard that is final, and counting goes on in
  /// another; with `drop` it is removed. The path of the current session's, the last.
  llvm::Expected<std::string> rotate(bool drop);

  /// A session was made, or this is a forked child: its shard is new.
  void begin(Session &session);

  /// Behind an exec that failed: shards that were removed in front of it begin anew.
  void goOn();

private:
  llvm::Error requireCounts(const char *what) const;

  const std::vector<Session *> &sessions_;
  std::map<std::string, uint32_t> entered_; ///< how often each active one was entered
};

} // namespace blockcov
