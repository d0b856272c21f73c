//===- greenlets.cc -------------------------------------------------------===//
#include "importhook/greenlets.h"

namespace blockcov {

namespace {

struct Search {
  PyTypeObject *type;
  std::vector<PyRef> found;

  void look(PyObject *object) {
    if (PyObject_TypeCheck(object, type))
      found.push_back(PyRef::borrow(object));
  }
};

#if PY_VERSION_HEX >= 0x030c0000

void findAll(Search &search) {
  PyUnstable_GC_VisitObjects(
      [](PyObject *object, void *argument) {
        static_cast<Search *>(argument)->look(object);
        return 1;
      },
      &search);
}

#else

void findAll(Search &search) {
  PyRef gc = PyRef::steal(PyImport_ImportModule("gc"));
  PyRef objects = gc ? PyRef::steal(PyObject_CallMethod(gc.get(), "get_objects", nullptr)) : PyRef();
  if (!objects || !PyList_Check(objects.get()))
    return;
  for (Py_ssize_t index = 0; index != PyList_GET_SIZE(objects.get()); ++index)
    search.look(PyList_GET_ITEM(objects.get(), index));
}

#endif

} // namespace

std::vector<PyRef> framesOfGreenlets() {
  PyObject *module = PyDict_GetItemString(PyImport_GetModuleDict(), "greenlet"); // borrowed
  PyRef type = module ? PyRef::steal(PyObject_GetAttrString(module, "greenlet")) : PyRef();
  std::vector<PyRef> frames;
  if (type && PyType_Check(type.get())) {
    Search search{reinterpret_cast<PyTypeObject *>(type.get()), {}};
    findAll(search);
    for (const PyRef &each : search.found) {
      PyRef frame = PyRef::steal(PyObject_GetAttrString(each.get(), "gr_frame")); // None: it runs, or has not begun
      if (frame && PyFrame_Check(frame.get()))
        frames.push_back(std::move(frame));
    }
  }
  PyErr_Clear();
  return frames;
}

} // namespace blockcov
