//===- live_methods.cc - contexts, snapshots ------------------------------===//
#include "importhook/arguments.h"
#include "importhook/measured_process.h"
#include "importhook/module_methods.h"
#include "importhook/py_code.h"
#include "importhook/py_error.h"
#include "importhook/state_lock.h"
#include "runtime/errors.h"

namespace blockcov {

namespace {

PyObject *switchContext(PyObject *, PyObject *arguments) {
  PyObject *leave, *enter;
  std::optional<std::string> from, to;
  if (!PyArg_ParseTuple(arguments, "OO:switch_context", &leave, &enter) || !toName(leave, from) || !toName(enter, to))
    return nullptr;
  {
    StateLock lock;
    if (llvm::Error error = liveControl.switchContext(from, to)) {
      PyErr_SetString(PyExc_RuntimeError, llvm::toString(std::move(error)).c_str());
      return nullptr;
    }
  }
  warnOfFailures();
  Py_RETURN_NONE;
}

PyObject *activeContexts(PyObject *, PyObject *) {
  StateLock lock;
  std::vector<std::string> names = liveControl.active();
  PyRef tuple = PyRef::steal(PyTuple_New(static_cast<Py_ssize_t>(names.size())));
  for (size_t index = 0; tuple && index != names.size(); ++index) {
    PyObject *name = decodeText(names[index]);
    if (!name)
      return nullptr;
    PyTuple_SET_ITEM(tuple.get(), static_cast<Py_ssize_t>(index), name);
  }
  return tuple.release();
}

/// Nothing where nothing is measured, or with an error set.
std::optional<std::string> rotateShards(bool drop) {
  std::optional<std::string> path;
  {
    StateLock lock;
    if (process.sessions.empty())
      return std::nullopt;
    llvm::Expected<std::string> old = liveControl.rotate(drop);
    if (old)
      path = std::move(*old);
    else if (llvm::Error error = old.takeError(); error.isA<IoError>())
      setError(std::move(error));
    else
      PyErr_SetString(PyExc_RuntimeError, llvm::toString(std::move(error)).c_str());
  }
  if (path)
    warnOfFailures();
  return path;
}

PyObject *snapshot(PyObject *, PyObject *) {
  if (std::optional<std::string> path = rotateShards(/*drop=*/false))
    return PyUnicode_DecodeFSDefault(path->c_str());
  return PyErr_Occurred() ? nullptr : Py_NewRef(Py_None);
}

PyObject *reset(PyObject *, PyObject *) {
  rotateShards(/*drop=*/true);
  return PyErr_Occurred() ? nullptr : Py_NewRef(Py_None);
}

/// What a handler of a signal does: the program must not see an exception of ours.
PyObject *onSignal(bool drop) {
  rotateShards(drop);
  if (PyErr_Occurred())
    PyErr_WriteUnraisable(nullptr);
  Py_RETURN_NONE;
}

PyObject *onSnapshotSignal(PyObject *, PyObject *) { return onSignal(/*drop=*/false); }
PyObject *onResetSignal(PyObject *, PyObject *) { return onSignal(/*drop=*/true); }

} // namespace

PyMethodDef liveMethods[] = {
    {"switch_context", switchContext, METH_VARARGS,
     "switch_context(leave, enter)\n--\n\nLeave one context and enter another, at once; either may be None."},
    {"active_contexts", activeContexts, METH_NOARGS,
     "active_contexts()\n--\n\nThe contexts that are active, ascending."},
    {"snapshot", snapshot, METH_NOARGS,
     "snapshot()\n--\n\nMake what was counted so far a shard that is final; its path, or None if nothing is measured."},
    {"reset", reset, METH_NOARGS, "reset()\n--\n\nForget what this process has counted so far."},
    {"on_snapshot_signal", onSnapshotSignal, METH_VARARGS,
     "on_snapshot_signal(signum, frame)\n--\n\nsnapshot(), as a handler of a signal."},
    {"on_reset_signal", onResetSignal, METH_VARARGS,
     "on_reset_signal(signum, frame)\n--\n\nreset(), as a handler of a signal."},
    {nullptr, nullptr, 0, nullptr},
};

} // namespace blockcov
