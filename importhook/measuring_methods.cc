//===- measuring_methods.cc - start, stop ---------------------------------===//
#include "importhook/arguments.h"
#include "importhook/hook.h"
#include "importhook/main_script.h"
#include "importhook/measured_process.h"
#include "importhook/module_methods.h"
#include "importhook/py_error.h"
#include "importhook/state_lock.h"

#include "llvm/Support/FileSystem.h"

namespace blockcov {

namespace {

Session *sessionFor(const std::string &dataDir, Mode mode) {
  for (Session *session : process.sessions)
    if (session->dataDir() == dataDir && !session->shard().path().empty()) {
      session->setMode(mode);
      return session;
    }
  Session *session = Session::create(dataDir, mode, *process.dialect);
  if (session) {
    process.sessions.push_back(session);
    liveControl.begin(*session);
  }
  return session;
}

PyObject *start(PyObject *, PyObject *arguments, PyObject *keywords) {
  static const char *names[] = {"data_dir", "mode", "select", "warn", "placement", nullptr};
  PyObject *directory, *select, *warn;
  const char *modeName, *placementName = "fewest";
  if (!PyArg_ParseTupleAndKeywords(arguments, keywords, "OsOO|s:start", const_cast<char **>(names), &directory,
                                   &modeName, &select, &warn, &placementName))
    return nullptr;
  if (!requireDialect())
    return nullptr;
  std::optional<Mode> mode = toMode(modeName, placementName);
  if (!mode)
    return nullptr;
  if (!PyCallable_Check(select) || !PyCallable_Check(warn)) {
    PyErr_SetString(PyExc_TypeError, "select and warn must be callable");
    return nullptr;
  }
  std::string path;
  if (!toPath(directory, path))
    return nullptr;
  llvm::SmallString<256> absolute(path);
  if (std::error_code error = llvm::sys::fs::make_absolute(absolute)) // the program may change directory
    return setError(llvm::errorCodeToError(error)), nullptr;
  StateLock lock;
  if (!followProcess())
    return nullptr;
  Session *session = sessionFor(absolute.str().str(), *mode);
  if (!session || !session->setCallbacks(select, warn) || !installHook(*session))
    return nullptr;
  process.current = session;
  Py_RETURN_NONE;
}

PyObject *stop(PyObject *, PyObject *) {
  if (!removeHook())
    return nullptr;
  Py_RETURN_NONE;
}

PyObject *finish(PyObject *, PyObject *) {
  recordRunning();
  Py_RETURN_NONE;
}

/// Of the last start(), or null.
Session *currentSession() {
  StateLock lock;
  return process.current;
}

PyObject *instrument(PyObject *, PyObject *object) {
  PyCodeObject *code = asCode(object);
  if (!code)
    return nullptr;
  if (Session *session = currentSession())
    return session->instrument(code);
  PyErr_SetString(PyExc_RuntimeError, "start() was not called");
  return nullptr;
}

PyObject *shardPath(PyObject *, PyObject *) {
  Session *session = currentSession();
  if (!session || session->shard().path().empty())
    Py_RETURN_NONE;
  return PyUnicode_DecodeFSDefault(session->shard().path().c_str());
}

} // namespace

PyMethodDef measuringMethods[] = {
    {"start", withKeywords(start), METH_VARARGS | METH_KEYWORDS,
     "start(data_dir, mode, select, warn, placement='fewest')\n--\n\nOpen a shard under data_dir and rewrite what "
     "exec() is given."},
    {"stop", stop, METH_NOARGS, "stop()\n--\n\nPut builtins.exec back; rewritten code still counts."},
    {"finish", finish, METH_NOARGS, "finish()\n--\n\nRecord where frames stand and mark the shard closed."},
    {"main_script", mainScript, METH_VARARGS,
     "main_script(code, namespace)\n--\n\nA callable, all C, that ignores its arguments and executes code."},
    {"set_first_path", setFirstPath, METH_O,
     "set_first_path($module, directory, /)\n--\n\nTell what sys.path[0] of subinterpreters is, or None."},
    {"instrument", instrument, METH_O,
     "instrument($module, code, /)\n--\n\nGive the rewritten code object, whatever its file."},
    {"shard_path", shardPath, METH_NOARGS, "shard_path()\n--\n\nThe file in which this process counts, or None."},
    {nullptr, nullptr, 0, nullptr},
};

} // namespace blockcov
