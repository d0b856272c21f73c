//===- code_link.cc -------------------------------------------------------===//
#include "importhook/code_link.h"

#include "importhook/probe_type.h"
#include "importhook/py_code.h"
#include "importhook/state_lock.h"

#include <memory>

namespace blockcov {

namespace {

/// In the slot of an original.
struct Forward {
  PyRef rewritten; ///< empty if the code object runs as it is
  const Shard *shard;
};

/// An original that may die any time.
class Original {
public:
#ifdef Py_GIL_DISABLED
  // It may die in another thread: only a weak reference knows about that.
  explicit Original(PyCodeObject *code) : weak(PyRef::steal(PyWeakref_NewRef(asObject(code), nullptr))) {}
  bool good() const { return bool(weak); } ///< else an error is set
  PyRef get() const {
    PyObject *code = nullptr;
    if (PyWeakref_GetRef(weak.get(), &code) < 0)
      PyErr_Clear();
    return PyRef::steal(code);
  }
  void forget() {}

private:
  static PyObject *asObject(PyCodeObject *code) { return reinterpret_cast<PyObject *>(code); }
  PyRef weak;
#else
  explicit Original(PyCodeObject *code) : code(code) {}
  bool good() const { return true; }
  PyRef get() const { return PyRef::borrow(reinterpret_cast<PyObject *>(code)); }
  /// It dies.
  void forget() { code = nullptr; }

private:
  PyCodeObject *code; ///< borrowed
#endif
};

/// In the slot of a rewritten code object.
struct Back {
  Original original;
  CodePlace place;
  PatchesRef patches;  ///< null if its probes count for ever
  Py_hash_t hash = -1; ///< what hash() gave the first time; -1: it was not asked for

  Back(PyCodeObject *original, CodePlace place, CodePatches *patches)
      : original(original), place(place), patches(patches) {}
  ~Back() {
    if (patches)
      patches->detach();
  }
};

Py_ssize_t forwardSlot = -1; ///< written once, before the first code object is rewritten
Py_ssize_t backSlot = -1;

Back *backOf(PyObject *code) { return static_cast<Back *>(codeSlot(reinterpret_cast<PyCodeObject *>(code), backSlot)); }

void releaseForward(void *value) {
  std::unique_ptr<Forward> forward(static_cast<Forward *>(value));
  if (!forward || !forward->rewritten)
    return;
  if (Back *back = backOf(forward->rewritten.get()))
    back->original.forget();
}

void releaseBack(void *value) { delete static_cast<Back *>(value); }

#ifndef Py_GIL_DISABLED

hashfunc plainHash = nullptr; ///< of code objects; set once

/// A code object whose sites are put back keeps the hash it had when first asked:
/// programs have code objects in sets and dictionaries (jinja2 does).
Py_hash_t steadyHash(PyObject *code) {
  Back *back = backOf(code);
  if (!back || !back->patches)
    return plainHash(code);
  if (back->hash == -1)
    back->hash = plainHash(code);
  return back->hash;
}

#endif

} // namespace

bool prepareCodeLinks() {
  if (forwardSlot >= 0)
    return true;
  forwardSlot = requestCodeSlot(releaseForward);
  backSlot = requestCodeSlot(releaseBack);
#ifndef Py_GIL_DISABLED // without a GIL, nothing is put back
  // Since 3.12 the instructions are part of the hash (Objects/codeobject.c, code_hash).
  plainHash = std::exchange(PyCode_Type.tp_hash, steadyHash);
#endif
  if (forwardSlot >= 0 && backSlot >= 0)
    return true;
  PyErr_SetString(PyExc_RuntimeError, "the interpreter has no slot left for data of code objects");
  return false;
}

PyCodeObject *rewrittenOf(PyCodeObject *original, const Shard &shard) {
  auto *forward = static_cast<Forward *>(codeSlot(original, forwardSlot));
  if (!forward || forward->shard != &shard)
    return nullptr;
  return forward->rewritten ? reinterpret_cast<PyCodeObject *>(forward->rewritten.get()) : original;
}

PyRef originalOf(PyCodeObject *rewritten) {
  StateLock lock;
  Back *back = backSlot < 0 ? nullptr : backOf(reinterpret_cast<PyObject *>(rewritten));
  return back ? back->original.get() : PyRef();
}

CodePlace placeOf(PyCodeObject *code) {
  if (backSlot < 0)
    return {};
  if (Back *back = backOf(reinterpret_cast<PyObject *>(code)))
    return back->place;
  LandingPadObject *pad = landingPadOf(code);
  return pad ? pad->place() : CodePlace();
}

bool linkCode(PyCodeObject *original, PyCodeObject *rewritten, CodePlace place, CodePatches *patches,
              const Shard &shard) {
  auto forward = std::make_unique<Forward>();
  forward->shard = &shard;
  if (rewritten != original) {
    forward->rewritten = PyRef::borrow(reinterpret_cast<PyObject *>(rewritten));
    auto back = std::make_unique<Back>(original, place, patches);
    if (!back->original.good() || !setCodeSlot(rewritten, backSlot, back.get()))
      return false;
    if (patches)
      patches->attach(rewritten);
    (void)back.release(); // the slot owns it
  }
  auto *old = static_cast<Forward *>(codeSlot(original, forwardSlot)); // of another shard
  if (!setCodeSlot(original, forwardSlot, forward.get())) {
    if (Back *back = backOf(reinterpret_cast<PyObject *>(rewritten)))
      back->original.forget();
    return false;
  }
  (void)forward.release(); // the slot owns it
  releaseForward(old);
  return true;
}

bool hasProbes(PyCodeObject *code) {
  for (Py_ssize_t index = PyTuple_GET_SIZE(code->co_consts); index-- > 0;) {
    PyObject *constant = PyTuple_GET_ITEM(code->co_consts, index);
    if (isProbe(constant) || isHitProbe(constant) || isLandingPad(constant))
      return true;
  }
  return false;
}

} // namespace blockcov
