//===- _blockcov.cc - the extension module ----------------------*- C++ -*-===//
//
// The functions of _blockcov.pyi. Counting is per process, not per interpreter:
// the module refuses to be imported by a subinterpreter.
//
//===----------------------------------------------------------------------===//
#include "importhook/code_link.h"
#include "importhook/code_type.h"
#include "importhook/deadly_signals.h"
#include "importhook/exits.h"
#include "importhook/forks.h"
#include "importhook/frame_type.h"
#include "importhook/frames.h"
#include "importhook/function_type.h"
#include "importhook/hook.h"
#include "importhook/import_call.h"
#include "importhook/landing_pad.h"
#include "importhook/live_control.h"
#include "importhook/marshal_functions.h"
#include "importhook/monitoring_events.h"
#include "importhook/probe_type.h"
#include "importhook/py_code.h"
#include "importhook/py_contexts.h"
#include "importhook/py_error.h"
#include "importhook/py_report.h"
#include "importhook/py_result.h"
#include "importhook/session.h"
#include "importhook/state_lock.h"
#include "importhook/trace_events.h"
#include "instrument/dump.h"
#include "runtime/data_dir.h"
#include "runtime/errors.h"
#include "runtime/hash.h"
#include "runtime/process.h"

#include "llvm/Support/FileSystem.h"

#include <string>
#include <vector>

namespace blockcov {
namespace {

/// Sessions of this process; guarded by the StateLock, never destroyed.
struct Process {
  const Dialect *dialect = nullptr; ///< null: this interpreter is not supported
  std::vector<Session *> sessions;
  Session *current = nullptr;
  bool followsExit = false;
};

Process process;
LiveControl liveControl(process.sessions);

PyCodeObject *asCode(PyObject *object) {
  if (PyCode_Check(object))
    return reinterpret_cast<PyCodeObject *>(object);
  PyErr_Format(PyExc_TypeError, "expected a code object, not %.100s", Py_TYPE(object)->tp_name);
  return nullptr;
}

/// The bytes of a path-like object. False with an error set.
bool toPath(PyObject *object, std::string &path) {
  PyObject *bytes = nullptr;
  if (!PyUnicode_FSConverter(object, &bytes))
    return false;
  PyRef owner = PyRef::steal(bytes);
  path.assign(PyBytes_AS_STRING(bytes), static_cast<size_t>(PyBytes_GET_SIZE(bytes)));
  return true;
}

bool toPaths(PyObject *sequence, std::vector<std::string> &paths) {
  PyRef items = PyRef::steal(PySequence_Fast(sequence, "paths must be a sequence"));
  if (!items)
    return false;
  for (Py_ssize_t index = 0; index != PySequence_Fast_GET_SIZE(items.get()); ++index) {
    paths.emplace_back();
    if (!toPath(PySequence_Fast_GET_ITEM(items.get(), index), paths.back()))
      return false;
  }
  return true;
}

bool requireDialect() {
  if (process.dialect)
    return true;
  PyErr_SetString(PyExc_RuntimeError, "this interpreter is not supported");
  return false;
}

//===----------------------------------------------------------------------===//
// Measuring
//===----------------------------------------------------------------------===//

void warnOfFailures() {
  std::vector<Session *> sessions;
  {
    StateLock lock;
    sessions = process.sessions;
  }
  for (Session *session : sessions)
    session->warnOfFailure();
}

/// In a forked child, called by os.fork() before anything but other such
/// callbacks runs. The shards are new already (pthread_atfork).
PyObject *afterForkInChild(PyObject *, PyObject *) {
#ifdef Py_GIL_DISABLED
  releaseStateInChild();
#endif
  const bool leadsToExec = continueInChild();
  recordFrames(LossKind::Started);
  if (leadsToExec)
    recordFrames(LossKind::Running); // none of them will go on
  else
    watchDeadlySignalsInChild();
  {
    StateLock lock;
    for (Session *session : process.sessions)
      liveControl.begin(*session);
  }
  warnOfFailures();
  Py_RETURN_NONE;
}

#ifdef Py_GIL_DISABLED
PyObject *beforeFork(PyObject *, PyObject *) {
  holdStateForFork();
  Py_RETURN_NONE;
}

PyObject *afterForkInParent(PyObject *, PyObject *) {
  releaseStateInParent();
  Py_RETURN_NONE;
}
#endif

struct ForkHook {
  const char *keyword; ///< of os.register_at_fork()
  PyMethodDef method;
};

ForkHook forkHooks[] = {
    {"after_in_child", {"_after_fork_in_child", afterForkInChild, METH_NOARGS, nullptr}},
#ifdef Py_GIL_DISABLED
    {"before", {"_before_fork", beforeFork, METH_NOARGS, nullptr}},
    {"after_in_parent", {"_after_fork_in_parent", afterForkInParent, METH_NOARGS, nullptr}},
#endif
};

/// os.register_at_fork(), which cannot be undone: once.
bool followForkedFrames() {
  PyRef os = PyRef::steal(PyImport_ImportModule("os"));
  PyRef add = os ? PyRef::steal(PyObject_GetAttrString(os.get(), "register_at_fork")) : PyRef();
  PyRef arguments = add ? PyRef::steal(PyTuple_New(0)) : PyRef();
  PyRef keywords = arguments ? PyRef::steal(PyDict_New()) : PyRef();
  if (!keywords)
    return false;
  for (ForkHook &hook : forkHooks) {
    PyRef callback = PyRef::steal(PyCFunction_New(&hook.method, nullptr));
    if (!callback || PyDict_SetItemString(keywords.get(), hook.keyword, callback.get()) < 0)
      return false;
  }
  return bool(PyRef::steal(PyObject_Call(add.get(), arguments.get(), keywords.get())));
}

/// Records where frames stand that will not go on; `then` as for recordFrames().
void recordRunning(void (*then)()) {
  {
    StateLock lock;
    if (process.sessions.empty())
      return;
    // Where they stood at an earlier call (os.execv failed, say) is old news.
    for (Session *session : process.sessions)
      session->shard().clearLosses(LossKind::Running);
    recordFrames(LossKind::Running, then);
    for (Session *session : process.sessions)
      session->shard().close();
  }
  warnOfFailures();
}

/// A forked child that has counted nothing leaves nothing.
void removeIdleShards() {
  for (Session *session : process.sessions)
    session->shard().removeIfIdle();
}

/// In front of what may fail: os.execv.
void recordRunningFrames() {
#ifdef Py_GIL_DISABLED
  recordRunning(nullptr); // what other threads count until the new program starts is wanted
#else
  recordRunning(removeIdleShards);
#endif
}

/// Behind what failed.
void goOn() {
  StateLock lock;
  liveControl.goOn();
}

/// In front of what never returns: os._exit.
void recordForEver() {
#ifdef Py_GIL_DISABLED
  // Other threads count on until the process is gone; not in the file.
  recordRunning(sealFollowed);
#else
  recordRunning(removeIdleShards); // they wait for the GIL, which we keep
#endif
}

/// Whoever looks at rewritten code, or at places in it, sees what CPython compiled.
bool lookLikeOriginals() {
  return prepareCodeType(measuredCode) && prepareFunctionType(measuredCode) && prepareFrameType() &&
         prepareImportCalls() && prepareMarshal({measuredLoad, noteMarshalled}) && prepareMonitoring() &&
         prepareTracing();
}

/// Things that can be set up only once in a process.
bool followProcess() {
  if (process.followsExit)
    return true;
  if (!prepareCodeLinks(*process.dialect) || !lookLikeOriginals() || !followForkedFrames() ||
      !watchExits(recordForEver, recordRunningFrames, goOn) || !watchDeadlySignals(recordForEver))
    return false;
  setLeadsToExec(forksForExec);
  // After the interpreter is gone nothing counts. No slot left: shards stay unsealed.
  Py_AtExit(sealFollowed);
  process.followsExit = true;
  return true;
}

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

/// Nothing, with an error set, for an unknown name.
std::optional<Mode> modeOf(llvm::StringRef name) {
  if (name == "counts")
    return Mode::Counts;
  if (name == "hits") {
#ifdef Py_GIL_DISABLED
    // Threads run copies of a code object's instructions (co_tlbc), or run them while
    // another thread would change them: no site can be put back.
    return Mode::Kept;
#else
    return Mode::Hits;
#endif
  }
  PyErr_Format(PyExc_ValueError, "unknown mode '%s'; it is counts or hits", name.str().c_str());
  return std::nullopt;
}

PyObject *start(PyObject *, PyObject *arguments, PyObject *keywords) {
  static const char *names[] = {"data_dir", "mode", "select", "warn", nullptr};
  PyObject *directory, *select, *warn;
  const char *modeName;
  if (!PyArg_ParseTupleAndKeywords(arguments, keywords, "OsOO:start", const_cast<char **>(names), &directory, &modeName,
                                   &select, &warn))
    return nullptr;
  if (!requireDialect())
    return nullptr;
  std::optional<Mode> mode = modeOf(modeName);
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
  recordRunning(nullptr);
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

//===----------------------------------------------------------------------===//
// Live control
//===----------------------------------------------------------------------===//

/// Of a str or None. False with an error set.
bool toName(PyObject *object, std::optional<std::string> &name) {
  if (object == Py_None)
    return true;
  if (!PyUnicode_Check(object)) {
    PyErr_Format(PyExc_TypeError, "a context is named by a str, not by %.100s", Py_TYPE(object)->tp_name);
    return false;
  }
  std::optional<Text> text = Text::of(object);
  if (!text)
    return false;
  if (text->bytes().empty()) {
    PyErr_SetString(PyExc_ValueError, "a context needs a name");
    return false;
  }
  name = text->bytes().str();
  return true;
}

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

//===----------------------------------------------------------------------===//
// Looking at code
//===----------------------------------------------------------------------===//

PyObject *isInstrumented(PyObject *, PyObject *object) {
  PyCodeObject *code = asCode(object);
  return code ? PyBool_FromLong(hasProbes(code)) : nullptr;
}

PyObject *original(PyObject *, PyObject *object) {
  PyCodeObject *code = asCode(object);
  if (!code)
    return nullptr;
  PyRef found = originalOf(code);
  return found ? found.release() : Py_NewRef(object);
}

PyObject *internals(PyObject *, PyObject *object) {
  PyCodeObject *code = asCode(object);
  return code ? codeInternals(code) : nullptr;
}

PyObject *dump(PyObject *, PyObject *arguments, PyObject *keywords) {
  static const char *names[] = {"code", "stage", "mode", nullptr};
  PyObject *object;
  const char *stageName, *modeName = "counts";
  if (!PyArg_ParseTupleAndKeywords(arguments, keywords, "Os|s:dump", const_cast<char **>(names), &object, &stageName,
                                   &modeName))
    return nullptr;
  std::optional<Mode> mode = modeOf(modeName);
  if (!mode)
    return nullptr;
  PyCodeObject *code = asCode(object);
  if (!code || !requireDialect())
    return nullptr;
  PyRef found = originalOf(code);
  if (found)
    code = reinterpret_cast<PyCodeObject *>(found.get());
  llvm::StringRef stage(stageName);
  auto *writer = stage == "dis" ? dumpSideBySide : stage == "cfg" ? dumpCfg : stage == "map" ? dumpMap : nullptr;
  if (!writer)
    return PyErr_Format(PyExc_ValueError, "unknown stage '%s'; it is dis, cfg or map", stageName);
  std::optional<PyCodeView> view = PyCodeView::of(code);
  if (!view)
    return nullptr;
  llvm::Expected<std::string> text = writer(view->view(), *process.dialect, *mode);
  if (!text)
    return setError(text.takeError()), nullptr;
  return decodeText(*text);
}

PyObject *sourceHash(PyObject *, PyObject *data) {
  Py_buffer view;
  if (PyObject_GetBuffer(data, &view, PyBUF_SIMPLE) < 0)
    return nullptr;
  Hash128 hash = hash128({static_cast<const char *>(view.buf), static_cast<size_t>(view.len)});
  PyBuffer_Release(&view);
  return PyUnicode_FromString(hash.text().c_str());
}

//===----------------------------------------------------------------------===//
// Data
//===----------------------------------------------------------------------===//

PyObject *read(PyObject *, PyObject *arguments, PyObject *keywords) {
  static const char *names[] = {"paths", "detail", nullptr};
  PyObject *sequence;
  int detail = 0;
  if (!PyArg_ParseTupleAndKeywords(arguments, keywords, "O|p:read", const_cast<char **>(names), &sequence, &detail))
    return nullptr;
  std::vector<std::string> paths;
  if (!toPaths(sequence, paths))
    return nullptr;
  return readUnits(findDataFiles(paths), detail != 0);
}

PyObject *gather(PyObject *, PyObject *sequence) {
  std::vector<std::string> paths;
  if (!toPaths(sequence, paths))
    return nullptr;
  return gatherUnits(findDataFiles(paths));
}

PyObject *unit(PyObject *, PyObject *arguments) {
  PyObject *handle;
  Py_ssize_t index;
  return PyArg_ParseTuple(arguments, "On:unit", &handle, &index) ? unitOf(handle, index) : nullptr;
}

PyObject *count(PyObject *, PyObject *arguments) {
  PyObject *handle, *requests;
  int everything;
  if (!PyArg_ParseTuple(arguments, "OOp:count", &handle, &requests, &everything))
    return nullptr;
  return countFiles(handle, requests, everything != 0);
}

PyObject *contexts(PyObject *, PyObject *sequence) {
  std::vector<std::string> paths;
  if (!toPaths(sequence, paths))
    return nullptr;
  return readContextNames(findDataFiles(paths));
}

PyObject *gatherContexts(PyObject *, PyObject *arguments) {
  PyObject *handle, *indices;
  int outside;
  return PyArg_ParseTuple(arguments, "OOp:gather_contexts", &handle, &indices, &outside)
             ? gatherInContexts(handle, indices, outside != 0)
             : nullptr;
}

PyObject *countContexts(PyObject *, PyObject *arguments) {
  PyObject *handle, *analysis, *maps;
  return PyArg_ParseTuple(arguments, "OSO:count_contexts", &handle, &analysis, &maps)
             ? countInContexts(handle, analysis, maps)
             : nullptr;
}

PyObject *logicalLines(PyObject *, PyObject *text) { return logicalLinesOf(text); }

/// What a Python function says; a Python error is set if there is one.
llvm::Expected<std::string> askForName(PyObject *rename, llvm::StringRef filename) {
  PyRef name = PyRef::steal(decodeText(filename));
  PyRef answer = name ? PyRef::steal(PyObject_CallOneArg(rename, name.get())) : PyRef();
  if (answer && !PyUnicode_Check(answer.get()))
    PyErr_SetString(PyExc_TypeError, "rename must give a str");
  std::optional<Text> text = answer && !PyErr_Occurred() ? Text::of(answer.get()) : std::nullopt;
  if (!text)
    return llvm::createStringError(llvm::inconvertibleErrorCode(), "a file cannot be renamed");
  return text->bytes().str();
}

PyObject *combine(PyObject *, PyObject *arguments, PyObject *keywords) {
  static const char *names[] = {"paths", "out_dir", "keep", "rename", nullptr};
  PyObject *sequence, *directory, *rename = Py_None;
  int keep;
  if (!PyArg_ParseTupleAndKeywords(arguments, keywords, "OOp|O:combine", const_cast<char **>(names), &sequence,
                                   &directory, &keep, &rename))
    return nullptr;
  std::vector<std::string> paths;
  std::string outDir;
  if (!toPaths(sequence, paths) || !toPath(directory, outDir))
    return nullptr;
  RenameFile ask;
  if (rename != Py_None)
    ask = [rename](llvm::StringRef filename) { return askForName(rename, filename); };
  llvm::Expected<Combined> combined = combineFiles(paths, outDir, keep != 0, systemFileOps(), ask);
  if (!combined) {
    if (PyErr_Occurred())
      return llvm::consumeError(combined.takeError()), nullptr;
    return setError(combined.takeError()), nullptr;
  }
  return Py_BuildValue("(nNN)", static_cast<Py_ssize_t>(combined->shards), textList(combined->errors),
                       textList(combined->severalVersions));
}

PyObject *erase(PyObject *, PyObject *directory) {
  std::string path;
  if (!toPath(directory, path))
    return nullptr;
  llvm::Expected<Erased> erased = eraseData(path);
  if (!erased)
    return setError(erased.takeError()), nullptr;
  return Py_BuildValue("(nN)", static_cast<Py_ssize_t>(erased->files), textList(erased->kept));
}

//===----------------------------------------------------------------------===//
// The module
//===----------------------------------------------------------------------===//

PyCFunction withKeywords(PyObject *(*function)(PyObject *, PyObject *, PyObject *)) {
  return reinterpret_cast<PyCFunction>(reinterpret_cast<void (*)()>(function));
}

PyMethodDef methods[] = {
    {"start", withKeywords(start), METH_VARARGS | METH_KEYWORDS,
     "start(data_dir, mode, select, warn)\n--\n\nOpen a shard under data_dir and rewrite what exec() is given."},
    {"stop", stop, METH_NOARGS, "stop()\n--\n\nPut builtins.exec back; rewritten code still counts."},
    {"finish", finish, METH_NOARGS, "finish()\n--\n\nRecord where frames stand and mark the shard closed."},
    {"instrument", instrument, METH_O,
     "instrument($module, code, /)\n--\n\nGive the rewritten code object, whatever its file."},
    {"is_instrumented", isInstrumented, METH_O,
     "is_instrumented($module, code, /)\n--\n\nWhether this very code object has probes."},
    {"original", original, METH_O,
     "original($module, code, /)\n--\n\nAn equal of the code object that was rewritten, or code itself."},
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
    {"internals", internals, METH_O,
     "internals($module, code, /)\n--\n\nWhat runs: attributes of code that show the original otherwise."},
    {"shard_path", shardPath, METH_NOARGS, "shard_path()\n--\n\nThe file in which this process counts, or None."},
    {"read", withKeywords(read), METH_VARARGS | METH_KEYWORDS,
     "read(paths, detail=False)\n--\n\nMerge and resolve: (units, error messages)."},
    {"gather", gather, METH_O,
     "gather($module, paths, /)\n--\n\nMerge and resolve: (handle, heads of units, error messages)."},
    {"unit", unit, METH_VARARGS, "unit(handle, index)\n--\n\nOne unit without its counts."},
    {"count", count, METH_VARARGS,
     "count(handle, requests, everything)\n--\n\nJoin analyses of files with the counts of their units."},
    {"contexts", contexts, METH_O,
     "contexts($module, paths, /)\n--\n\nMerge, with contexts: (handle, names of the contexts, error messages)."},
    {"gather_contexts", gatherContexts, METH_VARARGS,
     "gather_contexts(handle, indices, outside)\n--\n\nAs gather(), of what was counted in some contexts."},
    {"count_contexts", countContexts, METH_VARARGS,
     "count_contexts(handle, analysis, maps)\n--\n\nThe counts of one file in each context."},
    {"logical_lines", logicalLines, METH_O,
     "logical_lines($module, text, /)\n--\n\nWhere the logical lines of a source begin and end, or None."},
    {"combine", withKeywords(combine), METH_VARARGS | METH_KEYWORDS,
     "combine(paths, out_dir, keep, rename=None)\n--\n\nMerge shards into one: (how many, error messages, files in "
     "several versions)."},
    {"erase", erase, METH_O,
     "erase($module, data_dir, /)\n--\n\nRemove measurements: (files removed, shards of running processes)."},
    {"dump", withKeywords(dump), METH_VARARGS | METH_KEYWORDS,
     "dump(code, stage)\n--\n\nShow a stage of the compiler: 'dis', 'cfg' or 'map'."},
    {"source_hash", sourceHash, METH_O, "source_hash($module, data, /)\n--\n\nThe hash of a source file's bytes."},
    {nullptr, nullptr, 0, nullptr},
};

int execModule(PyObject *module) {
  if (PyInterpreterState_Get() != PyInterpreterState_Main()) {
    PyErr_SetString(PyExc_ImportError, "blockcov does not support subinterpreters");
    return -1;
  }
  process.dialect = findDialectByMagic(bytecodeMagic());
  if (PyType_Ready(&probeType) < 0 || PyType_Ready(&hitProbeType) < 0 || PyType_Ready(&landingPadType) < 0 ||
      !dataErrorType())
    return -1;
  if (PyModule_AddObjectRef(module, "DataError", dataErrorType()) < 0 ||
      PyModule_AddStringConstant(module, "DIALECT", process.dialect ? process.dialect->name : "") < 0 ||
      PyModule_AddStringConstant(module, "VERSION", BLOCKCOV_VERSION) < 0)
    return -1;
  return 0;
}

PyModuleDef_Slot slots[] = {
    {Py_mod_exec, reinterpret_cast<void *>(execModule)},
#ifdef Py_mod_multiple_interpreters // execModule says it too, for those that do not ask
    {Py_mod_multiple_interpreters, Py_MOD_MULTIPLE_INTERPRETERS_NOT_SUPPORTED},
#endif
#ifdef Py_mod_gil
    {Py_mod_gil, Py_MOD_GIL_NOT_USED},
#endif
    {0, nullptr},
};

PyModuleDef definition = {
    PyModuleDef_HEAD_INIT,
    "_blockcov",
    "Rewriter, counters and data files of blockcov.",
    0,
    methods,
    slots,
    nullptr,
    nullptr,
    nullptr,
};

} // namespace
} // namespace blockcov

PyMODINIT_FUNC PyInit__blockcov() { return PyModuleDef_Init(&blockcov::definition); }
