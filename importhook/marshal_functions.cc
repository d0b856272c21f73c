//===- marshal_functions.cc -----------------------------------------------===//
#include "importhook/marshal_functions.h"

#include "importhook/builtin_patch.h"
#include "importhook/code_link.h"
#include "importhook/py_code.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"

namespace blockcov {

namespace {

constexpr size_t kDeepest = 1000; ///< marshal gives up soon after

/// The containers around a value, outermost first.
class Path {
public:
  /// False if `container` contains itself, or is too deep.
  bool enter(PyObject *container) {
    loop |= llvm::is_contained(around, container);
    if (loop || around.size() == kDeepest)
      return false;
    around.push_back(container);
    return true;
  }
  void leave() { around.pop_back(); }
  bool foundLoop() const { return loop; }

private:
  llvm::SmallVector<PyObject *, 16> around;
  bool loop = false;
};

PyRef plainValue(PyObject *value, Path &path);

/// A tuple of what `count` items become, or empty: nothing changes, or an error is set.
PyRef plainItems(PyObject *const *items, Py_ssize_t count, Path &path) {
  PyRef changed;
  for (Py_ssize_t index = 0; index != count; ++index) {
    PyRef item = plainValue(items[index], path);
    if (!item)
      return PyRef();
    if (!changed && item.get() == items[index])
      continue;
    if (!changed) {
      changed = PyRef::steal(PyTuple_New(count));
      for (Py_ssize_t before = 0; changed && before != index; ++before)
        PyTuple_SET_ITEM(changed.get(), before, Py_NewRef(items[before]));
    }
    if (!changed)
      return changed;
    PyTuple_SET_ITEM(changed.get(), index, item.release());
  }
  return changed;
}

PyRef plainTuple(PyObject *tuple, Path &path) {
  PyRef changed = plainItems(&PyTuple_GET_ITEM(tuple, 0), PyTuple_GET_SIZE(tuple), path);
  return changed || PyErr_Occurred() ? std::move(changed) : PyRef::borrow(tuple);
}

/// A list, a set or a frozenset.
PyRef plainContainer(PyObject *container, Path &path) {
  PyRef items = PyRef::steal(PySequence_Tuple(container));
  PyRef changed = items ? plainTuple(items.get(), path) : PyRef();
  if (!changed || changed.get() == items.get())
    return changed ? PyRef::borrow(container) : PyRef();
  return PyRef::steal(PyObject_CallOneArg(reinterpret_cast<PyObject *>(Py_TYPE(container)), changed.get()));
}

PyRef plainDictionary(PyObject *dictionary, Path &path) {
  PyRef items = PyRef::steal(PyDict_Items(dictionary));
  PyRef changed = items ? plainContainer(items.get(), path) : PyRef();
  if (!changed || changed.get() == items.get())
    return changed ? PyRef::borrow(dictionary) : PyRef();
  PyRef made = PyRef::steal(PyDict_New());
  if (!made || PyDict_MergeFromSeq2(made.get(), changed.get(), /*override=*/1) < 0)
    return PyRef();
  return made;
}

PyRef plainCode(PyObject *code, Path &path) {
  PyRef shown = isRewritten(code) ? originalOf(reinterpret_cast<PyCodeObject *>(code)) : PyRef::borrow(code);
  if (!shown)
    return shown;
  auto *model = reinterpret_cast<PyCodeObject *>(shown.get());
  PyRef constants = plainTuple(model->co_consts, path);
  if (!constants || constants.get() == model->co_consts)
    return constants ? std::move(shown) : PyRef();
  PyRef bytes = PyRef::steal(PyCode_GetCode(model));
  if (!bytes)
    return bytes;
  return PyRef::steal(copyCode(
      model, {bytes.get(), model->co_linetable, model->co_exceptiontable, constants.get(), model->co_stacksize}));
}

#if PY_VERSION_HEX >= 0x030e0000
/// Marshal writes them from 3.14 on.
PyRef plainSlice(PyObject *object, Path &path) {
  const auto *slice = reinterpret_cast<PySliceObject *>(object);
  PyObject *parts[] = {slice->start, slice->stop, slice->step};
  PyRef changed = plainItems(parts, 3, path);
  if (!changed)
    return PyErr_Occurred() ? PyRef() : PyRef::borrow(object);
  return PyRef::steal(PySlice_New(PyTuple_GET_ITEM(changed.get(), 0), PyTuple_GET_ITEM(changed.get(), 1),
                                  PyTuple_GET_ITEM(changed.get(), 2)));
}
#endif

using Plain = PyRef (*)(PyObject *, Path &);

/// What makes a container plain; null for anything else.
Plain plainOfType(PyObject *value) {
  if (PyCode_Check(value))
    return plainCode;
  if (PyTuple_CheckExact(value))
    return plainTuple;
  if (PyDict_CheckExact(value))
    return plainDictionary;
  if (PyList_CheckExact(value) || PyAnySet_CheckExact(value))
    return plainContainer;
#if PY_VERSION_HEX >= 0x030e0000
  if (PySlice_Check(value))
    return plainSlice;
#endif
  return nullptr;
}

PyRef plainValue(PyObject *value, Path &path) {
  Plain plain = plainOfType(value);
  if (!plain || !path.enter(value))
    return PyRef::borrow(value);
  PyRef made = plain(value, path);
  path.leave();
  return made;
}

/// What marshal is to write for `value`; itself if it contains itself. Empty with an error set.
PyRef written(PyObject *value) {
  Path path;
  PyRef made = plainValue(value, path);
  return made && path.foundLoop() ? PyRef::borrow(value) : std::move(made);
}

MarshalObserver observer; ///< set once

/// Tells what dumps() gave. Passes it on.
PyObject *dumped(PyObject *value, PyObject *result) {
  if (result && PyCode_Check(value) && PyBytes_CheckExact(result))
    observer.dumped(reinterpret_cast<PyCodeObject *>(value), result);
  return result;
}

/// dumps() and dump(): their first argument is what is written. Keywords are other ones.
template <PatchedFunction &function>
PyObject *writeValue(PyObject *self, PyObject *const *arguments, Py_ssize_t count, PyObject *keywords) {
  if (count < 1)
    return function.plain(self, arguments, count, keywords);
  PyRef value = written(arguments[0]);
  if (!value)
    return nullptr;
  Py_ssize_t total = count + (keywords ? PyTuple_GET_SIZE(keywords) : 0);
  llvm::SmallVector<PyObject *, 8> changed(arguments, arguments + total); // borrowed
  changed[0] = value.get();
  return dumped(value.get(), function.plain(self, changed.data(), count, keywords));
}

/// The same for a function that takes no keywords.
template <PatchedFunction &function>
PyObject *writeWithoutKeywords(PyObject *self, PyObject *const *arguments, Py_ssize_t count) {
  if (count < 1)
    return function.plain(self, arguments, count);
  PyRef value = written(arguments[0]);
  if (!value)
    return nullptr;
  llvm::SmallVector<PyObject *, 8> changed(arguments, arguments + count); // borrowed
  changed[0] = value.get();
  return dumped(value.get(), function.plain(self, changed.data(), count));
}

/// loads(): its first argument is what is read.
PyObject *readValue(PyObject *self, PyObject *const *arguments, Py_ssize_t count, PyObject *keywords);
PyObject *readOneValue(PyObject *self, PyObject *data);

extern PatchedFunction dumps, dump, loads;
template <PatchedFunction &function> PatchedFunction writer(const char *name) {
  if constexpr (kMarshalTakesKeywords)
    return {name, writeValue<function>, METH_FASTCALL | METH_KEYWORDS};
  else
    return {name, writeWithoutKeywords<function>, METH_FASTCALL};
}
PatchedFunction dumps = writer<dumps>("dumps");
PatchedFunction dump = writer<dump>("dump");
PatchedFunction loads = kMarshalTakesKeywords ? PatchedFunction("loads", readValue, METH_FASTCALL | METH_KEYWORDS)
                                              : PatchedFunction("loads", readOneValue, METH_O);

PyObject *readValue(PyObject *self, PyObject *const *arguments, Py_ssize_t count, PyObject *keywords) {
  PyObject *made = count == 1 && !keywords ? observer.load(arguments[0]) : nullptr;
  return made ? made : loads.plain(self, arguments, count, keywords);
}

PyObject *readOneValue(PyObject *self, PyObject *data) {
  PyObject *made = observer.load(data);
  return made ? made : loads.plain(self, data);
}

} // namespace

bool prepareMarshal(const MarshalObserver &given) {
  observer = given;
  PyRef module = PyRef::steal(PyImport_ImportModule("marshal"));
  return module && dumps.installFunction(module.get()) && dump.installFunction(module.get()) &&
         loads.installFunction(module.get());
}

} // namespace blockcov
