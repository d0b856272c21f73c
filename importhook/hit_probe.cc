//===- hit_probe.cc -------------------------------------------------------===//
#include "importhook/hit_probe.h"

#include "importhook/constant_type.h"
#include "importhook/py_code.h"
#include "importhook/trace_events.h"

#include <atomic>
#include <new>

namespace blockcov {

namespace {

/// 32 bytes: the standard library has several hundred thousand of them.
struct HitProbeObject {
  PyObject_HEAD;
  PatchesRef patches;
  uint32_t probe;
  uint32_t site : 31, fired : 1;
};

} // namespace

PatchesRef::PatchesRef(CodePatches *patches) : patches(patches) {
  if (patches)
    ++patches->references;
}

PatchesRef::~PatchesRef() {
  if (patches && --patches->references == 0)
    delete patches;
}

PatchesRef CodePatches::create(const Rewritten &rewritten, uint64_t *counters, const Dialect &dialect) {
  return PatchesRef(new CodePatches(rewritten, counters, dialect));
}

void CodePatches::count(uint32_t probe) {
  // Relaxed: a counter orders nothing, a reader of the file wants its value only.
  std::atomic_ref<uint64_t>(counters[probe]).store(1, std::memory_order_relaxed);
}

void CodePatches::fired(uint32_t site) { --sites[site].probes; }

void CodePatches::clean(uint32_t site) {
  if (code && sites[site].probes == 0)
    cleanSite(code, sites[site]);
}

void CodePatches::recorded(PyCodeObject *raiser, uint32_t unit) {
  if (raiser != code || !bypass.isNew(unit))
    return;
  std::optional<PyCodeView> view = PyCodeView::of(code);
  if (!view)
    return PyErr_Clear(); // the pad goes on recording
  std::vector<uint8_t> clean = view->view().code.vec();
  for (const PatchSite &site : sites)
    for (uint32_t k = 0; k < site.units; ++k) {
      clean[2 * (site.unit + k)] = uint8_t(site.clean[k]);
      clean[2 * (site.unit + k) + 1] = uint8_t(site.clean[k] >> 8);
    }
  if (auto table = bypass.recorded(unit, clean, view->view().exceptionTable, dialect))
    setExceptionTable(code, *table);
}

/// Reached from the stub. What follows there is a copy of the displaced
/// instructions, so that it does not matter whether the site could be put back.
static int hitBool(PyObject *self) {
  auto *probe = reinterpret_cast<HitProbeObject *>(self);
  CodePatches &patches = *probe->patches.get();
  patches.count(probe->probe);
  if (!probe->fired) {
    probe->fired = 1;
    patches.fired(probe->site);
  }
  patches.clean(probe->site);
  noteStub();
  return 0;
}

static void hitDealloc(PyObject *self) {
  auto *probe = reinterpret_cast<HitProbeObject *>(self);
  probe->patches.~PatchesRef();
  PyObject_Free(self);
}

static PyObject *hitRepr(PyObject *self) {
  auto *probe = reinterpret_cast<HitProbeObject *>(self);
  return PyUnicode_FromFormat("<blockcov hit probe %u>", probe->probe);
}

static PyNumberMethods hitNumber = [] {
  PyNumberMethods methods{};
  methods.nb_bool = hitBool;
  return methods;
}();

PyTypeObject hitProbeType = [] {
  PyTypeObject type =
      makeConstantType("blockcov._blockcov.HitProbe", PyDoc_STR("A constant of rewritten code that fires once."),
                       sizeof(HitProbeObject));
  type.tp_dealloc = hitDealloc;
  type.tp_repr = hitRepr;
  type.tp_as_number = &hitNumber;
  return type;
}();

PyObject *newHitProbe(const PatchesRef &patches, uint32_t probe, uint32_t site) {
  HitProbeObject *object = PyObject_New(HitProbeObject, &hitProbeType);
  if (object) {
    new (&object->patches) PatchesRef(patches);
    object->probe = probe;
    object->site = site;
    object->fired = 0;
  }
  return reinterpret_cast<PyObject *>(object);
}

} // namespace blockcov
