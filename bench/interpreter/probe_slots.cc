//===- probe_slots.cc - constants that count in one slot or another -------===//
//
// The extension module that bench/probe_bench.py builds for itself; it is not
// part of blockcov. make(slot) gives an object of a type that counts in that
// slot and in no other, as blockcov's probe does: through a pointer, with a
// relaxed load and store. collect(path) tells callgrind to write what was
// counted since the last call; outside of valgrind it does nothing.
//
//===----------------------------------------------------------------------===//

#define PY_SSIZE_T_CLEAN
#include <Python.h>

#if __has_include(<valgrind/callgrind.h>)
#include <valgrind/callgrind.h>
#else
#define CALLGRIND_ZERO_STATS
#define CALLGRIND_DUMP_STATS_AT(path)
#endif

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <iterator>

namespace {

struct Slot {
  PyObject_HEAD;
  uint64_t *counter;
  vectorcallfunc call;
  uint64_t own; ///< a counter in the object itself
};

uint64_t counters[1 << 12]; ///< as close together as in a shard
size_t used = 0;

inline void count(PyObject *self) {
  std::atomic_ref<uint64_t> counter(*reinterpret_cast<Slot *>(self)->counter);
  counter.store(counter.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
}

int countBool(PyObject *self) { return count(self), 0; }
int countOwn(PyObject *self) { return ++reinterpret_cast<Slot *>(self)->own, 0; }
Py_ssize_t countLength(PyObject *self) { return count(self), 0; }
int countContains(PyObject *self, PyObject *) { return count(self), 0; }
PyObject *countUnary(PyObject *self) { return count(self), Py_NewRef(self); }
PyObject *countNext(PyObject *self) { return count(self), nullptr; }
PyObject *countCompare(PyObject *self, PyObject *, int) { return count(self), Py_NewRef(Py_False); }
PyObject *countAttribute(PyObject *self, PyObject *) { return count(self), Py_NewRef(Py_None); }
PyObject *countCall(PyObject *self, PyObject *const *, size_t, PyObject *) { return count(self), Py_NewRef(Py_None); }
PyObject *countMethod(PyObject *self, PyObject *) { return count(self), Py_NewRef(Py_None); }
void countDealloc(PyObject *self) { count(self); } // the last reference is gone, the object stays
PyObject *itself(PyObject *self) { return Py_NewRef(self); }
PyObject *nothing(PyObject *) { return nullptr; }

/// A static type; `set` fills in the slots that it has.
template <typename Set> PyTypeObject type(const char *name, Set set) {
  static PyNumberMethods numbers; // one for each call: each has a `Set` of its own
  static PySequenceMethods sequences;
  PyTypeObject made{};
  made.ob_base = PyVarObject{PyObject_HEAD_INIT(nullptr) 0};
  made.tp_name = name;
  made.tp_basicsize = sizeof(Slot);
  made.tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION;
  made.tp_as_number = &numbers;
  made.tp_as_sequence = &sequences;
  set(made);
  return made;
}

struct Kind {
  const char *name;
  PyTypeObject type;
};

Kind kinds[] = {
    {"bool", type("bench.Bool", [](PyTypeObject &t) { t.tp_as_number->nb_bool = countBool; })},
    {"own", type("bench.Own", [](PyTypeObject &t) { t.tp_as_number->nb_bool = countOwn; })},
    {"iter", type("bench.Iter",
                  [](PyTypeObject &t) {
                    t.tp_iter = countUnary;
                    t.tp_iternext = nothing;
                  })},
    {"next", type("bench.Next",
                  [](PyTypeObject &t) {
                    t.tp_iter = itself;
                    t.tp_iternext = countNext;
                  })},
    {"length", type("bench.Length", [](PyTypeObject &t) { t.tp_as_sequence->sq_length = countLength; })},
    {"contains", type("bench.Contains", [](PyTypeObject &t) { t.tp_as_sequence->sq_contains = countContains; })},
    {"negative", type("bench.Negative", [](PyTypeObject &t) { t.tp_as_number->nb_negative = countUnary; })},
    {"invert", type("bench.Invert", [](PyTypeObject &t) { t.tp_as_number->nb_invert = countUnary; })},
    {"compare", type("bench.Compare", [](PyTypeObject &t) { t.tp_richcompare = countCompare; })},
    {"attribute", type("bench.Attribute", [](PyTypeObject &t) { t.tp_getattro = countAttribute; })},
    {"vectorcall", type("bench.Vectorcall",
                        [](PyTypeObject &t) {
                          t.tp_flags |= Py_TPFLAGS_HAVE_VECTORCALL;
                          t.tp_vectorcall_offset = offsetof(Slot, call);
                          t.tp_call = PyVectorcall_Call;
                        })},
    {"dealloc", type("bench.Dealloc", [](PyTypeObject &t) { t.tp_dealloc = countDealloc; })},
};

PyMethodDef countingMethod = {"count", countMethod, METH_NOARGS, nullptr};

/// make(slot, immortal): an object that counts in `slot`. It lives for ever.
PyObject *make(PyObject *, PyObject *arguments) {
  const char *name;
  int immortal;
  if (!PyArg_ParseTuple(arguments, "sp", &name, &immortal))
    return nullptr;
  const bool function = strcmp(name, "function") == 0;
  for (Kind &kind : kinds) {
    if (strcmp(kind.name, function ? "bool" : name) != 0)
      continue;
    Slot *made = PyObject_New(Slot, &kind.type);
    if (!made)
      return nullptr;
    made->counter = &counters[used++ % std::size(counters)];
    made->call = countCall;
    PyObject *object = reinterpret_cast<PyObject *>(made);
    if (function && !(object = PyCFunction_New(&countingMethod, object)))
      return nullptr;
#if PY_VERSION_HEX >= 0x030C0000
    if (immortal) {
#if PY_VERSION_HEX >= 0x030E0000
      object->ob_refcnt = _Py_IMMORTAL_INITIAL_REFCNT;
#else
      object->ob_refcnt = _Py_IMMORTAL_REFCNT;
#endif
      return object;
    }
#endif
    Py_INCREF(object);
    return object;
  }
  return PyErr_Format(PyExc_ValueError, "no slot %s", name);
}

/// disown(tuple): takes away from each "dealloc" object all references, so that it counts whenever one that was added
/// goes away.
PyObject *disown(PyObject *, PyObject *tuple) {
  for (Py_ssize_t index = 0; index != PyTuple_GET_SIZE(tuple); ++index)
    if (PyObject *object = PyTuple_GET_ITEM(tuple, index); Py_TYPE(object)->tp_dealloc == countDealloc)
      object->ob_refcnt = 0;
  Py_RETURN_NONE;
}

/// total(): what all together have counted.
PyObject *total(PyObject *, PyObject *) {
  uint64_t sum = 0;
  for (uint64_t each : counters)
    sum += each;
  return PyLong_FromUnsignedLongLong(sum);
}

/// collect(path): under callgrind, writes the counts since the last call to a file of that name with a number, and
/// begins anew.
PyObject *collect(PyObject *, PyObject *path) {
  const char *name = PyUnicode_AsUTF8(path);
  if (!name)
    return nullptr;
  if (*name)
    CALLGRIND_DUMP_STATS_AT(name);
  CALLGRIND_ZERO_STATS;
  Py_RETURN_NONE;
}

PyMethodDef methods[] = {
    {"make", make, METH_VARARGS, nullptr}, {"disown", disown, METH_O, nullptr}, {"total", total, METH_NOARGS, nullptr},
    {"collect", collect, METH_O, nullptr}, {nullptr, nullptr, 0, nullptr},
};

PyModuleDef module = {PyModuleDef_HEAD_INIT, "probe_slots", nullptr, -1, methods, nullptr, nullptr, nullptr, nullptr};

} // namespace

PyMODINIT_FUNC PyInit_probe_slots() {
  for (Kind &kind : kinds)
    if (PyType_Ready(&kind.type) < 0)
      return nullptr;
  return PyModule_Create(&module);
}
