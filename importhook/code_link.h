//===- code_link.h - which code object came of which ------------*- C++ -*-===//
//
// An original owns its rewritten code object, so that one that is executed twice
// is rewritten once. The way back is only valid while the original lives (a
// reference both ways would be a cycle that no collector sees).
//
//===----------------------------------------------------------------------===//
#pragma once

#include "importhook/hit_probe.h"
#include "importhook/landing_pad.h"
#include "importhook/py_ref.h"

namespace blockcov {

class Shard;

/// Asks the interpreter for the slots. False with an error set. Once per process.
bool prepareCodeLinks();

// The callers of rewrittenOf() and linkCode() hold the StateLock.

/// What `original` was rewritten to for this shard (itself if it is to run as it
/// is), borrowed; null if it was not met yet.
PyCodeObject *rewrittenOf(PyCodeObject *original, const Shard &shard);

/// The code object that `rewritten` was made of; empty if it was not made by us or
/// the original is gone.
PyRef originalOf(PyCodeObject *rewritten);

/// Where a rewritten code object, or a copy of one, counts; null counters if it does not.
CodePlace placeOf(PyCodeObject *code);

/// Records that `original` becomes `rewritten`, which may be itself, and that
/// `patches`, which may be null, apply to that as long as it lives. False with an
/// error set.
bool linkCode(PyCodeObject *original, PyCodeObject *rewritten, CodePlace place, CodePatches *patches,
              const Shard &shard);

/// Whether `code` itself has probes or a landing pad.
bool hasProbes(PyCodeObject *code);

} // namespace blockcov
