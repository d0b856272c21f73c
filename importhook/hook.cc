//===- hook.cc ------------------------------------------------------------===//
#include "importhook/hook.h"

#include "importhook/code_link.h"
#include "importhook/import_call.h"
#include "importhook/state_lock.h"
#include "importhook/uncounted_call.h"

#include "llvm/ADT/SmallVector.h"

namespace blockcov {

namespace {

/// Guarded by the StateLock; written by installHook() and removeHook() only. The
/// function objects stay alive once made: a program may have kept `exec` for itself.
struct HookState {
  Session *session = nullptr;
  PyObject *original = nullptr;    ///< owned
  PyObject *replacement = nullptr; ///< owned
  bool active = false;
  PyMethodDef method{};
};

HookState state;

PyObject *execHook(PyObject *, PyObject *const *arguments, Py_ssize_t count, PyObject *keywords) {
  UncountedCall uncounted;
  PyRef original;
  Session *session;
  {
    StateLock lock;
    original = PyRef::borrow(state.original);
    session = state.active ? state.session : nullptr;
  }
  if (count < 1 || !session || !PyCode_Check(arguments[0]) ||
      !session->isSelected(reinterpret_cast<PyCodeObject *>(arguments[0])->co_filename))
    return PyObject_Vectorcall(original.get(), arguments, static_cast<size_t>(count), keywords);

  PyRef code = PyRef::steal(session->instrument(reinterpret_cast<PyCodeObject *>(arguments[0])));
  Py_ssize_t total = count + (keywords ? PyTuple_GET_SIZE(keywords) : 0);
  llvm::SmallVector<PyObject *, 8> changed(arguments, arguments + total); // borrowed, as they came
  changed[0] = code.get();
  return PyObject_Vectorcall(original.get(), changed.data(), static_cast<size_t>(count), keywords);
}

/// Looks like the original: same name, module, signature and documentation.
PyObject *makeReplacement(PyObject *builtins, PyObject *original) {
  state.method.ml_name = "exec";
  state.method.ml_meth = reinterpret_cast<PyCFunction>(reinterpret_cast<void (*)()>(execHook));
  state.method.ml_flags = METH_FASTCALL | METH_KEYWORDS;
  if (PyCFunction_CheckExact(original))
    state.method.ml_doc = reinterpret_cast<PyCFunctionObject *>(original)->m_ml->ml_doc; // static
  PyRef module = PyRef::steal(PyUnicode_FromString("builtins"));
  return module ? PyCFunction_NewEx(&state.method, builtins, module.get()) : nullptr;
}

} // namespace

/// Null if nothing is measured now.
static Session *activeSession() {
  StateLock lock;
  return state.active ? state.session : nullptr;
}

PyObject *measuredCode(PyCodeObject *code) {
  // Other interpreters have the same types, and perhaps a GIL of their own: nothing is measured there.
  Session *session = PyInterpreterState_Get() == PyInterpreterState_Main() ? activeSession() : nullptr;
  if (!session || isRewritten(reinterpret_cast<PyObject *>(code)) || !session->isSelected(code->co_filename))
    return Py_NewRef(reinterpret_cast<PyObject *>(code));
  return session->instrument(code);
}

PyObject *measuredLoad(PyObject *data) {
  Session *session = activeSession();
  std::optional<ImportCall> call = session ? importCall() : std::nullopt;
  return call ? session->load(data, call->sourcePath.get()) : nullptr;
}

void noteMarshalled(PyCodeObject *code, PyObject *bytes) {
  Session *session = activeSession();
  if (session && isPycWritten())
    session->noteMarshalled(code, bytes);
}

bool installHook(Session &session) {
  StateLock lock;
  PyRef builtins = PyRef::steal(PyImport_ImportModule("builtins"));
  if (!builtins)
    return false;
  PyRef current = PyRef::steal(PyObject_GetAttrString(builtins.get(), "exec"));
  if (!current)
    return false;
  if (current.get() != state.replacement || !state.replacement) {
    if (!state.replacement)
      state.replacement = makeReplacement(builtins.get(), current.get());
    if (!state.replacement)
      return false;
    Py_XDECREF(std::exchange(state.original, Py_NewRef(current.get())));
    if (PyObject_SetAttrString(builtins.get(), "exec", state.replacement) < 0)
      return false;
  }
  state.session = &session;
  state.active = true;
  return true;
}

bool removeHook() {
  StateLock lock;
  state.active = false;
  if (!state.replacement)
    return true;
  PyRef builtins = PyRef::steal(PyImport_ImportModule("builtins"));
  if (!builtins)
    return false;
  PyRef current = PyRef::steal(PyObject_GetAttrString(builtins.get(), "exec"));
  if (!current)
    return false;
  if (current.get() != state.replacement)
    return true; // it goes through ours, which now passes on
  return PyObject_SetAttrString(builtins.get(), "exec", state.original) == 0;
}

} // namespace blockcov
