//===- code_link.h - which code object came of which ------------*- C++ -*-===//
//
// An original owns its rewritten code object, so that one that is executed twice
// is rewritten once. A rewritten code object has, as its last constant, a link that
// keeps what the original had in place of its own (instructions, tables). An equal of
// the original can be made of that at any time; a reference back would be a cycle
// that no collector sees. Code that was rewritten before it was unmarshalled has no
// original; what one would have is found when it is asked for (unit_originals.h).
//
// Interpreters call what other users of code objects' "extra" data have registered
// for every code object that has any, so rewritten ones have none.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "importhook/hit_probe.h"
#include "importhook/landing_pad.h"
#include "importhook/py_ref.h"
#include "importhook/unit_originals.h"
#include "instrument/mode.h"
#include "instrument/offset_map.h"

#include <memory>

namespace blockcov {

class Shard;

/// Asks the interpreter for a slot. False with an error set. Once per process.
bool prepareCodeLinks(const Dialect &dialect);

// The callers of rewrittenOf(), lastRewrittenOf() and linkCode() hold the StateLock.

/// What `original` was rewritten to for this shard (itself if it is to run as it
/// is), borrowed; null if it was not met yet.
PyCodeObject *rewrittenOf(PyCodeObject *original, const Shard &shard);

/// The same for whatever shard it was rewritten last; empty if it is to run as it is.
PyRef lastRewrittenOf(PyCodeObject *original);

/// Records that `original` becomes `rewritten`, which may be itself. False with an
/// error set.
bool linkCode(PyCodeObject *original, PyCodeObject *rewritten, const Shard &shard);

/// The last constant of what `original` is going to be rewritten to. It counts at
/// `place`, if that has counters. New reference, or null with an error set.
PyObject *newCodeLink(PyCodeObject *original, CodePlace place, PatchesRef patches, Mode mode);

/// The constants of an original that was never made.
struct OriginalConstants {
  Py_ssize_t count;
  uint32_t owner; ///< index of the first code object in the unit whose original has the same tuple
};

/// The same for a code object that is there, whose original is the member place.code of
/// `originals`. It is linked with that.
PyObject *newCodeLink(PyCodeObject *rewritten, std::shared_ptr<UnitOriginals> originals, OriginalConstants constants,
                      CodePlace place, PatchesRef patches, Mode mode);

/// Whether `object` is a code object with a link.
bool isRewritten(PyObject *object);

/// Where a rewritten code object counts; null counters if it does not.
CodePlace placeOf(PyCodeObject *code);

/// Whether `code` itself has probes or a landing pad.
bool hasProbes(PyCodeObject *code);

// What follows is for any code object, and empty or null without an error if
// isRewritten() does not hold.

/// What differs between a code object and its original, as the original has it.
/// Borrowed from the code object. Empty with an error set if memory is short.
struct OriginalParts {
  PyObject *code = nullptr, *lines = nullptr, *exceptions = nullptr; ///< bytes
  int stackSize = 0;
  explicit operator bool() const { return code; }
};
OriginalParts originalParts(PyCodeObject *code);

/// The original's constants; code objects among them are rewritten ones, which the
/// program knows. Else `code`'s own. New reference, or null with an error set.
PyObject *shownConstants(PyCodeObject *code);

/// An equal of the original, always the same one, in which nothing is rewritten. An
/// error may be set.
PyRef originalOf(PyCodeObject *code);

/// Of the places in both. Lives as long as the code object; null with an error set
/// if memory is short.
const OffsetMap *offsetsOf(PyCodeObject *code);

/// Has `call` run while CPython takes nothing that was inserted for the beginning of a
/// line. What it returns.
int withoutInsertedLines(PyCodeObject *code, llvm::function_ref<int()> call);

} // namespace blockcov
