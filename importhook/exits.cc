//===- exits.cc -----------------------------------------------------------===//
#include "importhook/exits.h"

#include "importhook/py_ref.h"

#include <array>

namespace blockcov {

namespace {

struct Records {
  void (*atEnd)();
  void (*atTry)();
  void (*afterFailure)();
};

Records records; ///< written once, before the functions below can be called

enum class Takes { Nothing, Status, Program };

/// Whether the call will not come back, not even with an error.
template <Takes takes> bool isCertain(PyObject *const *arguments, Py_ssize_t count, PyObject *keywords) {
  if (takes == Takes::Program || keywords || count != (takes == Takes::Status ? 1 : 0))
    return false;
  if (takes == Takes::Nothing)
    return true;
  int overflow = 1;
  long status = PyLong_CheckExact(arguments[0]) ? PyLong_AsLongAndOverflow(arguments[0], &overflow) : 0;
  return !overflow && status == static_cast<int>(status);
}

/// `original` is the function that this one stands for: it is bound as its self.
template <Takes takes>
PyObject *exitHook(PyObject *original, PyObject *const *arguments, Py_ssize_t count, PyObject *keywords) {
  (isCertain<takes>(arguments, count, keywords) ? records.atEnd : records.atTry)();
  PyObject *result = PyObject_Vectorcall(original, arguments, static_cast<size_t>(count), keywords);
  records.afterFailure();
  return result;
}

struct Exit {
  const char *name;
  decltype(&exitHook<Takes::Status>) hook;
  PyMethodDef method{};
};

std::array<Exit, 4> exits = {{{"_exit", exitHook<Takes::Status>},
                              {"abort", exitHook<Takes::Nothing>},
                              {"execv", exitHook<Takes::Program>},
                              {"execve", exitHook<Takes::Program>}}};

bool replace(Exit &exit, PyObject *os, PyObject *posix) {
  PyRef original = PyRef::steal(PyObject_GetAttrString(os, exit.name));
  if (!original)
    return false;
  exit.method.ml_name = exit.name;
  exit.method.ml_meth = reinterpret_cast<PyCFunction>(reinterpret_cast<void (*)()>(exit.hook));
  exit.method.ml_flags = METH_FASTCALL | METH_KEYWORDS;
  if (PyCFunction_CheckExact(original.get()))
    exit.method.ml_doc = reinterpret_cast<PyCFunctionObject *>(original.get())->m_ml->ml_doc; // static
  PyRef module = PyRef::steal(PyUnicode_FromString("posix"));
  PyRef hook = module ? PyRef::steal(PyCFunction_NewEx(&exit.method, original.get(), module.get())) : PyRef();
  return hook && PyObject_SetAttrString(os, exit.name, hook.get()) == 0 &&
         PyObject_SetAttrString(posix, exit.name, hook.get()) == 0;
}

} // namespace

bool watchExits(void (*atEnd)(), void (*atTry)(), void (*afterFailure)()) {
  records = {atEnd, atTry, afterFailure};
  PyRef os = PyRef::steal(PyImport_ImportModule("os"));
  PyRef posix = os ? PyRef::steal(PyImport_ImportModule("posix")) : PyRef();
  if (!posix)
    return false;
  for (Exit &exit : exits)
    if (!replace(exit, os.get(), posix.get()))
      return false;
  return true;
}

} // namespace blockcov
