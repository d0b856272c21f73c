//===- inserted_constants.cc ----------------------------------------------===//
#include "importhook/inserted_constants.h"

#include "importhook/hit_probe.h"
#include "importhook/landing_pad.h"
#include "importhook/probe_type.h"

namespace blockcov {

std::optional<PatchesRef> InsertedConstants::put(PyObject *constants, Py_ssize_t first, const Rewritten &rewritten,
                                                 uint32_t code) {
  const bool counts = rewritten.sites.empty();
  PatchesRef patches = counts ? PatchesRef() : CodePatches::create(rewritten, counter_, dialect_);
  for (uint32_t probe = 0; probe != rewritten.probeCount; ++probe, ++counter_) {
    PyObject *constant = counts ? newProbe(counters_, counter_) : newHitProbe(patches, probe, rewritten.siteOf[probe]);
    if (!constant)
      return std::nullopt;
    putItem(constants, first++, constant);
  }
  for (uint32_t number = 0; number != rewritten.padCount; ++number) {
    PyObject *pad = newLandingPad(place(code), number, patches);
    if (!pad)
      return std::nullopt;
    putItem(constants, first++, pad);
  }
  return patches;
}

} // namespace blockcov
