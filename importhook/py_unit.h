//===- py_unit.h - a code object with all that nest in it -------*- C++ -*-===//
//
//   collect -> compile -> (the caller: map, counters) -> build
//
//===----------------------------------------------------------------------===//
#pragma once

#include "importhook/py_code.h"
#include "instrument/coverage_map.h"
#include "runtime/counters.h"

#include <optional>
#include <string>
#include <vector>

namespace blockcov {

/// A unit on its way from the original to the rewritten code objects.
class PyUnit {
public:
  struct Member {
    PyCodeObject *code; ///< borrowed from the root, which the unit owns
    PyCodeView source;
    int32_t parent;
    std::optional<Rewritten> rewritten;
    std::string refused; ///< why not, if not
    bool failed = false; ///< it should have been rewritten: worth a warning
  };

  /// The root and, in pre-order, all code objects among constants that were not
  /// rewritten before. Nothing, with a Python error set, if memory is short.
  static std::optional<PyUnit> collect(PyCodeObject *root);

  /// Whether some of it was rewritten before: then it is to be left alone.
  bool hasProbes() const;

  /// Rewrites each member whose co_filename is the root's. Errors become `refused`.
  void compile(const Dialect &dialect, Mode mode);

  /// What the map stores. Borrows from this; `filename` from the caller.
  Unit describe(llvm::StringRef filename, const Hash128 &sourceHash, Mode mode, const Dialect &dialect) const;

  /// The rewritten root, with the probes on `counters`, and links from and to
  /// the originals. New reference, or null with an error set.
  PyObject *build(UnitCounters &counters, const Dialect &dialect) const;

  const std::vector<Member> &members() const { return members_; }

private:
  bool add(PyCodeObject *code, int32_t parent);
  PyObject *buildMember(UnitCounters &counters, const Dialect &dialect, uint32_t &index, uint64_t *&counter) const;

  PyRef root_;
  Mode mode_ = Mode::Counts; ///< of compile()
  std::vector<Member> members_;
};

} // namespace blockcov
