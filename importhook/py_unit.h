//===- py_unit.h - a code object with all that nest in it -------*- C++ -*-===//
//
//   collect -> compile, or adopt what was compiled before -> (the caller: map,
//   counters) -> build
//
//===----------------------------------------------------------------------===//
#pragma once

#include "importhook/py_code.h"
#include "instrument/compiled_code.h"
#include "instrument/coverage_map.h"
#include "runtime/counters.h"

#include <optional>
#include <string>
#include <vector>

namespace blockcov {

class InsertedConstants;
class Shard;

/// A unit on its way from the original to the rewritten code objects.
class PyUnit {
public:
  struct Member {
    PyCodeObject *code; ///< borrowed from the root, which the unit owns
    PyCodeView source;
    int32_t parent;
    bool foreign; ///< its file is not the root's
  };

  /// The root and, in pre-order, all code objects among constants that were not
  /// rewritten before. Nothing, with a Python error set, if memory is short.
  static std::optional<PyUnit> collect(PyCodeObject *root);

  /// Whether some of it was rewritten before: then it is to be left alone.
  bool hasProbes() const;

  /// Rewrites each member of the root's file. Errors become `refused`.
  void compile(const Dialect &dialect, Mode mode);

  /// Takes what compile() gave for a unit of the same description. False, with
  /// nothing taken, if `bytes` are not what encodeCompiled() wrote for so many.
  bool adopt(llvm::StringRef bytes, Mode mode);

  /// What the map stores; before compile(), what that follows from. Borrows from
  /// this; `filename` from the caller.
  Unit describe(llvm::StringRef filename, const Hash128 &sourceHash, Mode mode, const Dialect &dialect) const;

  /// The rewritten root, with the probes on `counters`, and links from and to
  /// the originals. New reference, or null with an error set.
  PyObject *build(UnitCounters &counters, const Dialect &dialect) const;

  const std::vector<Member> &members() const { return members_; }
  const std::vector<CompiledCode> &compiled() const { return compiled_; } ///< of each member
  std::vector<CompiledCode> takeCompiled() { return std::move(compiled_); }

private:
  bool add(PyCodeObject *code, int32_t parent);
  bool isForeign(PyCodeObject *code) const;
  PyObject *buildMember(InsertedConstants &inserted, const Shard &shard, uint32_t &index) const;

  PyRef root_;
  Mode mode_ = Mode::Counts; ///< of compile() or adopt()
  std::vector<Member> members_;
  std::vector<CompiledCode> compiled_;
};

} // namespace blockcov
