//===- code_type.cc -------------------------------------------------------===//
#include "importhook/code_type.h"

#include "importhook/builtin_patch.h"
#include "importhook/code_link.h"
#include "importhook/py_code.h"

#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"

namespace blockcov {

namespace {

PyCodeObject *asCode(PyObject *code) { return reinterpret_cast<PyCodeObject *>(code); }

/// The code object that answers for `code`: its original, or itself. Empty with an
/// error set.
PyRef face(PyObject *code) {
  if (!isRewritten(code))
    return PyRef::borrow(code);
  return originalOf(asCode(code));
}

//===----------------------------------------------------------------------===//
// Attributes
//===----------------------------------------------------------------------===//

extern PatchedAttribute coConsts, coStacksize, coLinetable, coExceptiontable, coCode, coLnotab, coAdaptive;

PyObject *getConsts(PyObject *self, void *) { return shownConstants(asCode(self)); }

/// What the code object itself has, if it is no rewritten one; null with an error set.
PyObject *ownPart(const PatchedAttribute &attribute, PyObject *self) {
  return PyErr_Occurred() ? nullptr : attribute.plain(self);
}

PyObject *getStacksize(PyObject *self, void *) {
  OriginalParts parts = originalParts(asCode(self));
  return parts ? PyLong_FromLong(parts.stackSize) : ownPart(coStacksize, self);
}

PyObject *getLinetable(PyObject *self, void *) {
  OriginalParts parts = originalParts(asCode(self));
  return parts ? Py_NewRef(parts.lines) : ownPart(coLinetable, self);
}

PyObject *getExceptiontable(PyObject *self, void *) {
  OriginalParts parts = originalParts(asCode(self));
  return parts ? Py_NewRef(parts.exceptions) : ownPart(coExceptiontable, self);
}

PyObject *getCode(PyObject *self, void *) {
  OriginalParts parts = originalParts(asCode(self));
  return parts ? Py_NewRef(parts.code) : ownPart(coCode, self);
}

PyObject *getLnotab(PyObject *self, void *) {
  PyRef shown = face(self);
  return shown ? coLnotab.plain(shown.get()) : nullptr;
}

/// What stands at `unit` of the original in `live`, which has the opcodes of `base` but
/// for specialisation.
struct LiveUnit {
  llvm::StringRef live, base;
  const OffsetMap &offsets;

  /// Copies the unit to `bytes` if it still is the original's.
  void copy(uint32_t unit, char *bytes) const {
    if (!copyFrom(offsets.rewrittenOf(unit), unit, bytes) && offsets.copyOf(unit) != OffsetMap::Place::kNone)
      copyFrom(offsets.copyOf(unit), unit, bytes); // where it runs as long as its site is armed
  }

private:
  bool copyFrom(uint32_t now, uint32_t unit, char *bytes) const {
    const size_t at = size_t(now) * kUnitBytes;
    const OffsetMap::Place place = offsets.originalOf(now);
    if (at + 1 >= live.size() || place.unit != unit || place.inserted)
      return false;
    if (!place.begins) { // a cache
      bytes[0] = live[at], bytes[1] = live[at + 1];
      return true;
    }
    if (base[at] != bytes[0])
      return false;
    // One that does the work of its neighbour too must still have the same one.
    if (offsets.originalOf(now + 1).unit == unit + 1)
      bytes[0] = live[at];
    return true;
  }
};

/// The original's units, with what specialisation has made of them where they run.
PyObject *getAdaptive(PyObject *self, void *) {
  const OffsetMap *offsets = offsetsOf(asCode(self));
  if (!offsets) {
    PyErr_Clear();
    PyRef shown = face(self);
    return shown ? coAdaptive.plain(shown.get()) : nullptr;
  }
  PyRef live = PyRef::steal(coAdaptive.plain(self));
  PyRef base = PyRef::steal(coCode.plain(self));
  PyObject *code = originalParts(asCode(self)).code;
  if (!code)
    return nullptr;
  PyRef result = PyRef::steal(PyBytes_FromStringAndSize(PyBytes_AS_STRING(code), PyBytes_GET_SIZE(code)));
  if (!live || !base || !result)
    return nullptr;
  auto view = [](const PyRef &bytes) {
    return llvm::StringRef(PyBytes_AS_STRING(bytes.get()), size_t(PyBytes_GET_SIZE(bytes.get())));
  };
  const LiveUnit units{view(live), view(base), *offsets};
  const auto count = uint32_t(PyBytes_GET_SIZE(code) / kUnitBytes);
  for (uint32_t unit = 0; unit != count; ++unit)
    units.copy(unit, PyBytes_AS_STRING(result.get()) + size_t(unit) * kUnitBytes);
  return result.release();
}

PatchedAttribute coConsts("co_consts", getConsts);
PatchedAttribute coStacksize("co_stacksize", getStacksize);
PatchedAttribute coLinetable("co_linetable", getLinetable);
PatchedAttribute coExceptiontable("co_exceptiontable", getExceptiontable);
PatchedAttribute coCode("co_code", getCode);
PatchedAttribute coLnotab("co_lnotab", getLnotab);
PatchedAttribute coAdaptive("_co_code_adaptive", getAdaptive);

//===----------------------------------------------------------------------===//
// Methods
//===----------------------------------------------------------------------===//

template <PatchedFunction &method> PyObject *askFace(PyObject *self, PyObject *) {
  PyRef shown = face(self);
  return shown ? method.plain(shown.get(), nullptr) : nullptr;
}

extern PatchedFunction coLines, coPositions, coBranches, sizeOf, replace, copyReplace;
PatchedFunction coLines("co_lines", askFace<coLines>, METH_NOARGS);
PatchedFunction coPositions("co_positions", askFace<coPositions>, METH_NOARGS);
PatchedFunction coBranches("co_branches", askFace<coBranches>, METH_NOARGS);
PatchedFunction sizeOf("__sizeof__", askFace<sizeOf>, METH_NOARGS);

PyObject *(*measureReplaced)(PyCodeObject *); ///< set once

/// replace(): of the original, but with the nested code objects that the program knows.
template <PatchedFunction &method>
PyObject *replaceFace(PyObject *self, PyObject *const *arguments, Py_ssize_t count, PyObject *keywords) {
  if (!isRewritten(self))
    return method.plain(self, arguments, count, keywords);
  PyRef shown = originalOf(asCode(self));
  PyRef constants = shown ? PyRef::steal(shownConstants(asCode(self))) : PyRef();
  if (!constants)
    return nullptr;
  const Py_ssize_t given = keywords ? PyTuple_GET_SIZE(keywords) : 0;
  llvm::SmallVector<PyObject *, 8> values(arguments, arguments + count + given); // borrowed
  PyRef names = PyRef::steal(PyTuple_New(given + 1));
  if (!names)
    return nullptr;
  bool hasConstants = false;
  for (Py_ssize_t index = 0; index != given; ++index) {
    PyObject *name = PyTuple_GET_ITEM(keywords, index);
    hasConstants |= PyUnicode_CompareWithASCIIString(name, "co_consts") == 0;
    PyTuple_SET_ITEM(names.get(), index, Py_NewRef(name));
  }
  PyObject *keyword = PyUnicode_InternFromString("co_consts");
  if (!keyword)
    return nullptr;
  PyTuple_SET_ITEM(names.get(), given, keyword); // takes it over
  values.push_back(constants.get());
  PyRef made = PyRef::steal(method.plain(shown.get(), values.data(), count, hasConstants ? keywords : names.get()));
  if (!made)
    return nullptr;
  return measureReplaced(asCode(made.get()));
}

PatchedFunction replace("replace", replaceFace<replace>, METH_FASTCALL | METH_KEYWORDS);
PatchedFunction copyReplace("__replace__", replaceFace<copyReplace>, METH_FASTCALL | METH_KEYWORDS);

//===----------------------------------------------------------------------===//
// Equality
//===----------------------------------------------------------------------===//

hashfunc plainHash = nullptr; ///< of code objects; set once, as the following
richcmpfunc plainCompare = nullptr;

Py_hash_t hashFace(PyObject *self) {
  PyRef shown = face(self);
  return shown ? plainHash(shown.get()) : -1;
}

PyObject *compareFaces(PyObject *left, PyObject *right, int op) {
  PyRef first = face(left);
  PyRef second = first ? face(right) : PyRef();
  return second ? plainCompare(first.get(), second.get(), op) : nullptr;
}

/// Lets a method like __eq__, which has the slot's function, have the new one.
template <typename Function> void changeWrapper(const char *name, Function function) {
  PyObject *descriptor = ownAttribute(PyCode_Type, name);
  if (descriptor && Py_IS_TYPE(descriptor, &PyWrapperDescr_Type))
    reinterpret_cast<PyWrapperDescrObject *>(descriptor)->d_wrapped = reinterpret_cast<void *>(function);
}

void changeEquality() {
  if (plainHash)
    return;
  plainHash = std::exchange(PyCode_Type.tp_hash, hashFace);
  plainCompare = std::exchange(PyCode_Type.tp_richcompare, compareFaces);
  changeWrapper("__hash__", hashFace);
  for (const char *name : {"__eq__", "__ne__"})
    changeWrapper(name, compareFaces);
}

bool installOptional(PatchedFunction &method) {
  return !ownAttribute(PyCode_Type, method.label()) || method.installMethod(PyCode_Type);
}

PatchedAttribute *const attributes[] = {&coConsts, &coStacksize, &coLinetable, &coExceptiontable, &coCode, &coAdaptive};

} // namespace

bool prepareCodeType(PyObject *(*measure)(PyCodeObject *code)) {
  measureReplaced = measure;
  for (PatchedAttribute *each : attributes)
    if (!each->install(PyCode_Type))
      return false;
  if (ownAttribute(PyCode_Type, "co_lnotab") && !coLnotab.install(PyCode_Type))
    return false;
  for (PatchedFunction *each : {&coLines, &coPositions, &sizeOf, &replace})
    if (!each->installMethod(PyCode_Type))
      return false;
  // Not in all versions.
  if (!installOptional(coBranches) || !installOptional(copyReplace))
    return false;
  changeEquality();
  return true;
}

PyObject *codeInternals(PyCodeObject *code) {
  PyRef result = PyRef::steal(PyDict_New());
  auto *object = reinterpret_cast<PyObject *>(code);
  for (const PatchedAttribute *each : attributes) {
    PyRef value =
        result ? PyRef::steal(each->installed() ? each->plain(object) : PyObject_GetAttrString(object, each->label()))
               : PyRef();
    if (!value || PyDict_SetItemString(result.get(), each->label(), value.get()) < 0)
      return nullptr;
  }
  // Without the link, which is to die with the code object.
  const Py_ssize_t count = PyTuple_GET_SIZE(code->co_consts) - isRewritten(object);
  PyRef constants = PyRef::steal(PyTuple_GetSlice(code->co_consts, 0, count));
  if (!constants || PyDict_SetItemString(result.get(), coConsts.label(), constants.get()) < 0)
    return nullptr;
  return result.release();
}

} // namespace blockcov
