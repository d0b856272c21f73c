//===- code_link.cc -------------------------------------------------------===//
#include "importhook/code_link.h"

#include "importhook/constant_type.h"
#include "importhook/probe_type.h"
#include "importhook/py_code.h"
#include "importhook/py_error.h"
#include "importhook/state_lock.h"

#include <memory>

namespace blockcov {

namespace {

/// In the slot of an original.
struct Forward {
  PyRef rewritten; ///< empty if the code object runs as it is
  const Shard *shard;
};

/// What a link has beside its object's head.
struct Back {
  PyRef code, lines, exceptions; ///< of the original; null: it has not been asked for
  int stackSize = 0;             ///< as these
  Py_ssize_t constCount = 0;
  Mode mode = Mode::Counts;
  CodePlace place;
  std::shared_ptr<UnitOriginals> originals; ///< null if the original was there first
  uint32_t constantsOwner = 0;              ///< as OriginalConstants::owner
  PatchesRef patches;                       ///< null if its probes count for ever

  PyRef constants; ///< those of the original if no code objects are among them; else as the following

  // Made when they are asked for; guarded by the StateLock.
  PyRef original;
  std::unique_ptr<const OffsetMap> offsets;
  PyRef ownLines, bareLines; ///< location tables of the rewritten code: its own, bareLineTable()

  ~Back() {
    if (patches)
      patches->detach();
  }
};

struct CodeLinkObject {
  PyObject_HEAD;
  Back back;
};

void linkDealloc(PyObject *self) {
  reinterpret_cast<CodeLinkObject *>(self)->back.~Back();
  PyObject_Free(self);
}

PyTypeObject codeLinkType = [] {
  PyTypeObject type =
      makeConstantType("blockcov._blockcov.CodeLink",
                       PyDoc_STR("A constant of rewritten code that knows the original."), sizeof(CodeLinkObject));
  type.tp_dealloc = linkDealloc;
  return type;
}();

const Dialect *dialect = nullptr; ///< written once, before the first code object is rewritten, as the slot
Py_ssize_t forwardSlot = -1;

PyObject *asObject(PyCodeObject *code) { return reinterpret_cast<PyObject *>(code); }
PyCodeObject *asCode(PyObject *code) { return reinterpret_cast<PyCodeObject *>(code); }

Back *backOf(PyCodeObject *code) {
  const Py_ssize_t count = PyTuple_GET_SIZE(code->co_consts);
  PyObject *last = count ? PyTuple_GET_ITEM(code->co_consts, count - 1) : nullptr;
  return last && Py_IS_TYPE(last, &codeLinkType) ? &reinterpret_cast<CodeLinkObject *>(last)->back : nullptr;
}

void releaseForward(void *value) { delete static_cast<Forward *>(value); }

/// The first `count` constants of `code`, with each code object among them as `shown` has
/// it. New reference, or null with an error set.
PyRef constantsOf(PyCodeObject *code, Py_ssize_t count, PyRef (*shown)(PyCodeObject *)) {
  PyRef constants = PyRef::steal(PyTuple_New(count));
  for (Py_ssize_t index = 0; constants && index != count; ++index) {
    PyObject *constant = PyTuple_GET_ITEM(code->co_consts, index);
    PyRef item = PyCode_Check(constant) ? shown(asCode(constant)) : PyRef::borrow(constant);
    if (!item)
      return item;
    PyTuple_SET_ITEM(constants.get(), index, item.release());
  }
  return constants;
}

bool hasNested(PyObject *constants) {
  for (Py_ssize_t index = 0; index != PyTuple_GET_SIZE(constants); ++index)
    if (PyCode_Check(PyTuple_GET_ITEM(constants, index)))
      return true;
  return false;
}

PyRef itself(PyCodeObject *code) { return PyRef::borrow(asObject(code)); }

/// The original, or `code` itself if it is none of ours, or empty with an error set.
PyRef plainOf(PyCodeObject *code) {
  PyRef original = originalOf(code);
  return original || PyErr_Occurred() ? std::move(original) : itself(code);
}

/// Notes what the original has. The caller holds the StateLock. False with an error set.
bool fill(PyCodeObject *code, Back &back) {
  if (back.code)
    return true;
  const CodeView *original = back.originals->code(back.place.code);
  if (!original)
    return false;
  PyRef bytes = newBytes(original->code), lines = back.originals->table(original->lineTable),
        exceptions = back.originals->table(original->exceptionTable);
  PyRef constants = constantsOf(code, back.constCount, itself);
  if (!bytes || !lines || !exceptions || !constants)
    return false;
  if (!hasNested(constants.get())) // the same tuple as another's: CPython shares equal ones
    constants = PyRef::borrow(back.originals->shown(back.constantsOwner, std::move(constants)));
  if (back.code) // making objects may have run a collection
    return true;
  back.lines = std::move(lines);
  back.exceptions = std::move(exceptions);
  back.stackSize = static_cast<int>(original->stackSize);
  back.constants = std::move(constants);
  back.code = std::move(bytes);
  return true;
}

PyRef makeOriginal(PyCodeObject *code, Back &back) {
  if (!fill(code, back) || Py_EnterRecursiveCall(" while a code object is restored"))
    return PyRef();
  PyRef constants = back.constants && !hasNested(back.constants.get()) ? PyRef::borrow(back.constants.get())
                                                                       : constantsOf(code, back.constCount, plainOf);
  Py_LeaveRecursiveCall();
  if (!constants)
    return PyRef();
  CodeParts parts{back.code.get(), back.lines.get(), back.exceptions.get(), constants.get(), back.stackSize};
  return PyRef::steal(copyCode(code, parts));
}

/// Fills `back.offsets` and `back.bareLines`. False with an error set.
bool compileAgain(PyCodeObject *code, Back &back) {
  PyRef original = originalOf(code);
  std::optional<PyCodeView> view = original ? PyCodeView::of(asCode(original.get())) : std::nullopt;
  if (!view)
    return false;
  llvm::Expected<Compiled> compiled = compile(view->view(), *dialect, back.mode); // as it was made
  if (!compiled)
    return setError(compiled.takeError()), false;
  auto lines = bareLineTable(*compiled, *dialect);
  if (!lines)
    return setError(lines.takeError()), false;
  PyRef bytes = newBytes(*lines);
  if (!bytes)
    return false;
  auto offsets = std::make_unique<const OffsetMap>(*compiled, *dialect);
  if (back.offsets) // making objects may have run a collection
    return true;
  back.ownLines = PyRef::borrow(code->co_linetable);
  back.bareLines = std::move(bytes);
  back.offsets = std::move(offsets);
  return true;
}

} // namespace

bool prepareCodeLinks(const Dialect &ofInterpreter) {
  if (forwardSlot >= 0)
    return true;
  dialect = &ofInterpreter;
  forwardSlot = requestCodeSlot(releaseForward);
  if (forwardSlot >= 0)
    return PyType_Ready(&codeLinkType) == 0;
  PyErr_SetString(PyExc_RuntimeError, "the interpreter has no slot left for data of code objects");
  return false;
}

PyCodeObject *rewrittenOf(PyCodeObject *original, const Shard &shard) {
  auto *forward = static_cast<Forward *>(codeSlot(original, forwardSlot));
  if (!forward || forward->shard != &shard)
    return nullptr;
  return forward->rewritten ? asCode(forward->rewritten.get()) : original;
}

PyRef lastRewrittenOf(PyCodeObject *original) {
  auto *forward = static_cast<Forward *>(codeSlot(original, forwardSlot));
  return forward ? PyRef::borrow(forward->rewritten.get()) : PyRef();
}

PyObject *newCodeLink(PyCodeObject *original, CodePlace place, PatchesRef patches, Mode mode) {
  PyRef code = PyRef::steal(PyCode_GetCode(original)); // which CPython keeps
  CodeLinkObject *link = code ? PyObject_New(CodeLinkObject, &codeLinkType) : nullptr;
  if (!link)
    return nullptr;
  auto *back = new (&link->back) Back();
  back->code = std::move(code);
  back->lines = PyRef::borrow(original->co_linetable);
  back->exceptions = PyRef::borrow(original->co_exceptiontable);
  back->constCount = PyTuple_GET_SIZE(original->co_consts);
  if (!hasNested(original->co_consts)) // the same tuple as before: CPython shares equal ones
    back->constants = PyRef::borrow(original->co_consts);
  back->stackSize = original->co_stacksize;
  back->mode = mode;
  back->place = place;
  back->patches = std::move(patches);
  return reinterpret_cast<PyObject *>(link);
}

PyObject *newCodeLink(PyCodeObject *rewritten, std::shared_ptr<UnitOriginals> originals, OriginalConstants constants,
                      CodePlace place, PatchesRef patches, Mode mode) {
  CodeLinkObject *link = PyObject_New(CodeLinkObject, &codeLinkType);
  if (!link)
    return nullptr;
  auto *back = new (&link->back) Back();
  back->constCount = constants.count;
  back->constantsOwner = constants.owner;
  back->mode = mode;
  back->place = place;
  back->originals = std::move(originals);
  back->patches = std::move(patches);
  if (back->patches)
    back->patches->attach(rewritten);
  return reinterpret_cast<PyObject *>(link);
}

bool linkCode(PyCodeObject *original, PyCodeObject *rewritten, const Shard &shard) {
  auto forward = std::make_unique<Forward>();
  forward->shard = &shard;
  if (rewritten != original) {
    forward->rewritten = PyRef::borrow(asObject(rewritten));
    if (Back *back = backOf(rewritten); back && back->patches)
      back->patches->attach(rewritten);
  }
  if (!setCodeSlot(original, forwardSlot, forward.get()))
    return false;
  (void)forward.release(); // the slot owns it
  return true;
}

bool isRewritten(PyObject *object) { return PyCode_Check(object) && backOf(asCode(object)); }

CodePlace placeOf(PyCodeObject *code) {
  const Back *back = backOf(code);
  return back ? back->place : CodePlace();
}

bool hasProbes(PyCodeObject *code) {
  for (Py_ssize_t index = PyTuple_GET_SIZE(code->co_consts); index-- > 0;) {
    PyObject *constant = PyTuple_GET_ITEM(code->co_consts, index);
    if (isProbe(constant) || isHitProbe(constant) || isLandingPad(constant))
      return true;
  }
  return false;
}

OriginalParts originalParts(PyCodeObject *code) {
  Back *back = backOf(code);
  if (!back)
    return {};
  StateLock lock;
  if (!fill(code, *back))
    return {};
  return {back->code.get(), back->lines.get(), back->exceptions.get(), back->stackSize};
}

PyObject *shownConstants(PyCodeObject *code) {
  Back *back = backOf(code);
  if (!back)
    return Py_NewRef(code->co_consts);
  StateLock lock;
  if (!fill(code, *back))
    return nullptr;
  if (!back->constants) {
    PyRef made = constantsOf(code, back->constCount, itself);
    if (!back->constants) // making it may have run a collection
      back->constants = std::move(made);
  }
  return Py_XNewRef(back->constants.get());
}

PyRef originalOf(PyCodeObject *code) {
  Back *back = backOf(code);
  if (!back)
    return PyRef();
  StateLock lock;
  if (!back->original) {
    PyRef made = makeOriginal(code, *back);
    if (!back->original) // as above
      back->original = std::move(made);
  }
  return PyRef::borrow(back->original.get());
}

const OffsetMap *offsetsOf(PyCodeObject *code) {
  Back *back = backOf(code);
  if (!back || !back->place.counters)
    return nullptr;
  StateLock lock;
  return back->offsets || compileAgain(code, *back) ? back->offsets.get() : nullptr;
}

int withoutInsertedLines(PyCodeObject *code, llvm::function_ref<int()> call) {
  if (!offsetsOf(code))
    return PyErr_Clear(), call();
  // Both tables live as long as the code object, and say the same of what is not inserted. Calls within this one
  // (a warning may run anything) leave the code object's own.
  const Back &back = *backOf(code);
  code->co_linetable = back.bareLines.get();
  const int result = call();
  code->co_linetable = back.ownLines.get();
  return result;
}

} // namespace blockcov
