//===- hit_probe.h - the constant that fires once ---------------*- C++ -*-===//
//
// A probe of Mode::Hits sets its counter to 1. When all probes of its site have
// fired, the site's units are put back, and nobody comes to the stub again.
//
// Only the code object that the probes were made for is changed, and only while it
// lives. C code may copy it with its constants: such a copy still leads to its stubs,
// which work in it as they are.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "importhook/py_ref.h"
#include "instrument/pad_bypass.h"

#include <cstdint>
#include <vector>

namespace blockcov {

class CodePatches;

/// Counts one reference to a CodePatches.
class PatchesRef {
public:
  PatchesRef() = default;
  explicit PatchesRef(CodePatches *patches);
  PatchesRef(const PatchesRef &other) : PatchesRef(other.patches) {}
  PatchesRef(PatchesRef &&other) noexcept : patches(std::exchange(other.patches, nullptr)) {}
  PatchesRef &operator=(PatchesRef other) noexcept {
    std::swap(patches, other.patches);
    return *this;
  }
  ~PatchesRef();

  CodePatches *get() const { return patches; }
  CodePatches *operator->() const { return patches; }
  explicit operator bool() const { return patches; }

private:
  CodePatches *patches = nullptr;
};

/// The sites and landing pads of one code object, shared by its probes and pad 0.
class CodePatches {
public:
  /// `counters` are those of the code object, borrowed from the shard.
  static PatchesRef create(const Rewritten &rewritten, uint64_t *counters, const Dialect &dialect);

  void attach(PyCodeObject *made) { code = made; }
  void detach() { code = nullptr; }

  void count(uint32_t probe);
  /// A probe of `site` has fired for the first time.
  void fired(uint32_t site);
  /// Puts the site back if all its probes have fired.
  void clean(uint32_t site);
  /// Landing pad 0 has recorded that `unit` of `raiser` raised: no more of these
  /// need to come there, if `raiser` is the code object that it was made for.
  void recorded(PyCodeObject *raiser, uint32_t unit);

private:
  friend class PatchesRef;
  CodePatches(const Rewritten &rewritten, uint64_t *counters, const Dialect &dialect)
      : counters(counters), sites(rewritten.sites.begin(), rewritten.sites.end()), bypass(rewritten.padPlaces),
        dialect(dialect) {}

  uint32_t references = 0;
  PyCodeObject *code = nullptr; ///< borrowed; null before it is made and after it died
  uint64_t *counters;
  std::vector<PatchSite> sites; ///< `probes` counts down
  PadBypass bypass;
  const Dialect &dialect;
};

extern PyTypeObject hitProbeType;

inline bool isHitProbe(PyObject *object) { return Py_TYPE(object) == &hitProbeType; }

/// New reference, or null with an error set.
PyObject *newHitProbe(const PatchesRef &patches, uint32_t probe, uint32_t site);

} // namespace blockcov
