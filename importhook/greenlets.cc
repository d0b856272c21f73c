//===- greenlets.cc -------------------------------------------------------===//
#include "importhook/greenlets.h"

#include "importhook/builtin_patch.h"

#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/STLFunctionalExtras.h"

namespace blockcov {

namespace {

/// Calls `action` with each object that the collector knows.
void forEachObject(llvm::function_ref<void(PyObject *)> action) {
#if PY_VERSION_HEX >= 0x030c0000
  PyUnstable_GC_VisitObjects(
      [](PyObject *object, void *argument) {
        (*static_cast<llvm::function_ref<void(PyObject *)> *>(argument))(object);
        return 1;
      },
      &action);
#else
  PyRef gc = PyRef::steal(PyImport_ImportModule("gc"));
  PyRef objects = gc ? PyRef::steal(PyObject_CallMethod(gc.get(), "get_objects", nullptr)) : PyRef();
  if (!objects || !PyList_Check(objects.get()))
    return;
  for (Py_ssize_t index = 0; index != PyList_GET_SIZE(objects.get()); ++index)
    action(PyList_GET_ITEM(objects.get(), index));
#endif
}

std::vector<PyRef> findAll(PyTypeObject *type) {
  std::vector<PyRef> found;
  forEachObject([&](PyObject *object) {
    if (PyObject_TypeCheck(object, type))
      found.push_back(PyRef::borrow(object));
  });
  return found;
}

//===----------------------------------------------------------------------===//
// Greenlets that there are
//===----------------------------------------------------------------------===//
//
// To look for them among all objects takes milliseconds. So that is done once, and from
// then on whoever makes one tells: the slot `tp_new` of greenlet and of what inherits it,
// and PyGreenlet_New() for those who do it in C. The main greenlets of threads, which
// nobody makes that way, are found as parents.

struct Known {
  PyTypeObject *type = nullptr; ///< greenlet.greenlet; null: who makes one does not tell
  newfunc makeByType = nullptr;
  PyObject *(*makeInC)(PyObject *run, PyObject *parent) = nullptr;
  std::vector<PyRef> references; ///< weak ones
  size_t crowd = 64;             ///< so many, and those that are dead are thrown out
};

Known &known() {
  static auto *instance = new Known; // outlives every thread and exit handler
  return *instance;
}

/// Null if it is gone.
PyRef target(const PyRef &reference) {
#if PY_VERSION_HEX >= 0x030d0000
  PyObject *object = nullptr;
  PyWeakref_GetRef(reference.get(), &object);
  return PyRef::steal(object);
#else
  PyObject *object = PyWeakref_GetObject(reference.get()); // borrowed
  return object == Py_None ? PyRef() : PyRef::borrow(object);
#endif
}

/// The error indicator is left alone.
void remember(PyObject *greenlet) {
  if (!greenlet || !known().type)
    return;
  PyObject *type, *value, *traceback;
  PyErr_Fetch(&type, &value, &traceback);
  if (PyRef reference = PyRef::steal(PyWeakref_NewRef(greenlet, nullptr))) {
    if (known().references.size() >= known().crowd) {
      llvm::erase_if(known().references, [](const PyRef &each) { return !target(each); });
      known().crowd = std::max<size_t>(64, 2 * known().references.size());
    }
    known().references.push_back(std::move(reference));
  } else {
    known().type = nullptr; // they are looked for again
  }
  PyErr_Restore(type, value, traceback);
}

PyObject *makeByType(PyTypeObject *type, PyObject *arguments, PyObject *keywords) {
  PyObject *made = known().makeByType(type, arguments, keywords);
  remember(made);
  return made;
}

PyObject *makeInC(PyObject *run, PyObject *parent) {
  PyObject *made = known().makeInC(run, parent);
  remember(made);
  return made;
}

/// The type and those below it that have its slot.
void replaceSlot(PyTypeObject *type) {
  if (type->tp_new != known().makeByType)
    return; // calls that of its base
  type->tp_new = makeByType;
  PyRef below = PyRef::steal(PyObject_CallMethod(reinterpret_cast<PyObject *>(type), "__subclasses__", nullptr));
  for (Py_ssize_t index = 0; below && index != PyList_GET_SIZE(below.get()); ++index)
    replaceSlot(reinterpret_cast<PyTypeObject *>(PyList_GET_ITEM(below.get(), index)));
}

/// Once, for the first greenlet.greenlet that there is.
void listen(PyTypeObject *type, const std::vector<PyRef> &found) {
  constexpr int kPyGreenletNew = 3; // greenlet.h
  void **functions = static_cast<void **>(PyCapsule_Import("greenlet._C_API", 0));
  if (!functions || known().makeByType || !type->tp_new || functions[0] != type)
    return;
  known().type = type;
  known().makeByType = type->tp_new;
  known().makeInC = reinterpret_cast<PyObject *(*)(PyObject *, PyObject *)>(functions[kPyGreenletNew]);
  functions[kPyGreenletNew] = reinterpret_cast<void *>(makeInC);
  replaceSlot(type);
  for (const PyRef &each : found)
    remember(each.get());
}

std::vector<PyRef> greenletsOf(PyTypeObject *type) {
  std::vector<PyRef> found;
  if (known().type == type) {
    for (const PyRef &each : known().references)
      if (PyRef greenlet = target(each))
        found.push_back(std::move(greenlet));
  } else {
    found = findAll(type);
    listen(type, found);
  }
  return found;
}

/// An attribute as greenlet itself has it. Null with an error set if there is none.
PyRef attribute(PyTypeObject *type, PyObject *greenlet, const char *name) {
  PyObject *descriptor = ownAttribute(*type, name);
  descrgetfunc get = descriptor ? Py_TYPE(descriptor)->tp_descr_get : nullptr;
  return PyRef::steal(get ? get(descriptor, greenlet, reinterpret_cast<PyObject *>(Py_TYPE(greenlet)))
                          : PyObject_GetAttrString(greenlet, name));
}

} // namespace

std::vector<PyRef> framesOfGreenlets() {
  PyObject *module = PyDict_GetItemString(PyImport_GetModuleDict(), "greenlet"); // borrowed
  PyRef object = module ? PyRef::steal(PyObject_GetAttrString(module, "greenlet")) : PyRef();
  std::vector<PyRef> frames;
  if (object && PyType_Check(object.get())) {
    auto *type = reinterpret_cast<PyTypeObject *>(object.get());
    llvm::DenseSet<PyObject *> seen;
    std::vector<PyRef> greenlets = greenletsOf(type);
    for (PyRef &each : greenlets)
      for (PyRef next = PyRef::borrow(each.get());
           next && PyObject_TypeCheck(next.get(), type) && seen.insert(next.get()).second;) {
        PyRef frame = attribute(type, next.get(), "gr_frame"); // None: it runs, or has not begun
        if (frame && PyFrame_Check(frame.get()))
          frames.push_back(std::move(frame));
        next = attribute(type, next.get(), "parent");
      }
  }
  PyErr_Clear();
  return frames;
}

} // namespace blockcov
