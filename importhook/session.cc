//===- session.cc ---------------------------------------------------------===//
#include "importhook/session.h"

#include "importhook/code_link.h"
#include "importhook/py_error.h"
#include "importhook/py_unit.h"
#include "importhook/state_lock.h"
#include "runtime/hash.h"
#include "runtime/process.h"

namespace blockcov {

Session *Session::create(std::string dataDir, Mode mode, const Dialect &dialect) {
  std::unique_ptr<Session> session(new Session(std::move(dataDir), dialect));
  session->mode_ = mode;
  llvm::Expected<std::unique_ptr<MapStore>> maps = MapStore::create(session->dataDir_);
  if (!maps)
    return setError(maps.takeError()), nullptr;
  session->maps_ = std::move(*maps);
  session->maps_->keepForLater();
  llvm::Expected<std::unique_ptr<Shard>> shard = Shard::create(session->dataDir_);
  if (!shard)
    return setError(shard.takeError()), nullptr;
  session->shard_ = std::move(*shard);
  session->contexts_ = std::make_unique<ContextRecorder>(*session->shard_);
#ifdef Py_GIL_DISABLED
  session->shard_->keepApart();
#endif
  followForks(*session->shard_);
  return session.release();
}

namespace {

/// No trace or profile function of the program sees what blockcov does in Python
/// while one of these lives.
class Untraced {
public:
  Untraced() : state_(PyThreadState_Get()) { PyThreadState_EnterTracing(state_); }
  ~Untraced() { PyThreadState_LeaveTracing(state_); }
  Untraced(const Untraced &) = delete;
  Untraced &operator=(const Untraced &) = delete;

private:
  PyThreadState *state_;
};

} // namespace

bool Session::setCallbacks(PyObject *select, PyObject *warn) {
  PyRef selected = PyRef::steal(PyDict_New());
  if (!selected)
    return false;
  StateLock lock;
  select_ = PyRef::borrow(select);
  warn_ = PyRef::borrow(warn);
  selected_ = std::move(selected);
  return true;
}

bool Session::isSelected(PyObject *filename) {
  // Held here: the callback may start another session with other callbacks.
  PyRef selected, select;
  {
    StateLock lock;
    selected = PyRef::borrow(selected_.get());
    select = PyRef::borrow(select_.get());
  }
  if (PyObject *known = PyDict_GetItemWithError(selected.get(), filename))
    return known == Py_True;
  int wanted = -1;
  if (!PyErr_Occurred()) {
    Untraced untraced;
    PyRef answer = PyRef::steal(PyObject_CallOneArg(select.get(), filename));
    wanted = answer ? PyObject_IsTrue(answer.get()) : -1;
  }
  if (wanted < 0)
    PyErr_WriteUnraisable(select.get());
  if (PyDict_SetItem(selected.get(), filename, wanted > 0 ? Py_True : Py_False) < 0)
    PyErr_WriteUnraisable(select.get());
  return wanted > 0;
}

void Session::warn(PyObject *filename, PyObject *qualname, const std::string &reason) {
  Untraced untraced;
  PyRef warn;
  {
    StateLock lock;
    warn = PyRef::borrow(warn_.get());
  }
  PyRef text = PyRef::steal(decodeText(reason));
  PyRef answer =
      text ? PyRef::steal(PyObject_CallFunctionObjArgs(warn.get(), filename, qualname, text.get(), nullptr)) : PyRef();
  if (!answer)
    PyErr_WriteUnraisable(warn.get());
}

void Session::warnOfFailure() {
  std::string failure;
  {
    StateLock lock;
    failure = shard_->takeFailure();
    if (failure.empty() || std::exchange(warnedOfStorage_, true))
      return;
  }
  PyRef directory = PyRef::steal(PyUnicode_DecodeFSDefault(dataDir_.c_str()));
  PyRef nothing = PyRef::steal(PyUnicode_FromString(""));
  if (!directory || !nothing)
    return PyErr_WriteUnraisable(nullptr);
  warn(directory.get(), nothing.get(), "counts are incomplete: " + failure);
}

PyObject *Session::instrument(PyCodeObject *code) {
  if (isRewritten(reinterpret_cast<PyObject *>(code)))
    return Py_NewRef(reinterpret_cast<PyObject *>(code));
  Warnings warnings;
  PyRef rewritten;
  {
    StateLock lock;
    if (PyCodeObject *known = rewrittenOf(code, *shard_))
      return Py_NewRef(reinterpret_cast<PyObject *>(known));
    PyRef known = std::move(marshalledCode_), bytes = std::move(marshalledBytes_);
    if (known.get() != reinterpret_cast<PyObject *>(code))
      bytes = PyRef();
    rewritten = PyRef::steal(rewriteUnit(code, std::move(bytes), warnings));
  }
  if (!rewritten && PyErr_Occurred())
    PyErr_WriteUnraisable(reinterpret_cast<PyObject *>(code));
  for (const Warning &each : warnings)
    warn(each.filename.get(), each.qualname.get(), each.reason);
  return rewritten ? rewritten.release() : Py_NewRef(reinterpret_cast<PyObject *>(code));
}

/// `marshalled` is empty if nobody is going to load that. New reference, or null, perhaps
/// with an error set: run it as it is.
PyObject *Session::rewriteUnit(PyCodeObject *code, PyRef marshalled, Warnings &warnings) {
  auto note = [&](PyCodeObject *of, const std::string &reason) {
    warnings.push_back({PyRef::borrow(of->co_filename), PyRef::borrow(of->co_qualname), reason});
  };

  std::optional<PyUnit> unit = PyUnit::collect(code);
  std::optional<Text> filename = unit ? Text::of(code->co_filename) : std::nullopt;
  if (!filename || unit->hasProbes())
    return nullptr;
  const SourceVersion source = sourceOf(code->co_filename);
  auto described = [&] { return unit->describe(filename->bytes(), source.hash, mode_, dialect_); };
  compile(*unit, described());
  std::string failure;
  UnitCounters *counters = countersOf(described(), failure);
  if (!counters) {
    shard_->takeFailure(); // this is the same one
    if (!std::exchange(warnedOfStorage_, true))
      note(code, failure);
    return nullptr;
  }
  PyRef rewritten = PyRef::steal(unit->build(*counters, dialect_));
  if (!rewritten)
    return nullptr;
  for (size_t index = 0; index != unit->members().size(); ++index)
    if (unit->compiled()[index].failed)
      note(unit->members()[index].code, unit->compiled()[index].refused);
  if (marshalled) {
    const Unit description = described();
    keepPrepared(marshalled.get(), source, description, unit->takeCompiled());
  }
  return rewritten.release();
}

/// Names what the compiler makes of it.
Hash128 Session::compiledName(const Unit &description) {
  llvm::SmallVector<char, 0> bytes;
  encodeUnit(description, bytes);
  return hash128({bytes.data(), bytes.size()}, compilerBuild());
}

/// Takes what an earlier process has compiled of the same, or compiles and keeps it.
void Session::compile(PyUnit &unit, const Unit &description) {
  const Hash128 name = compiledName(description);
  llvm::StringRef known;
  if (compiled_.find(name, known) && unit.adopt(known, mode_))
    return;
  unit.compile(dialect_, mode_);
  llvm::SmallVector<char, 0> bytes;
  encodeCompiled(unit.compiled(), bytes);
  compiled_.add(name, {bytes.data(), bytes.size()});
}

/// Stores the map, then makes the counters that refer to it. Null with `failure`.
UnitCounters *Session::countersOf(const Unit &description, std::string &failure) {
  llvm::SmallVector<char, 0> payload;
  encodeUnit(description, payload);
  llvm::Expected<Hash128> map = maps_->store({payload.data(), payload.size()});
  if (map)
    return countersOf(*map, description.counterCount(), description.codes.size(), failure);
  failure = shard_->lose(map.takeError());
  return nullptr;
}

/// Null with `failure`.
UnitCounters *Session::countersOf(const Hash128 &map, uint32_t counterCount, size_t codeCount, std::string &failure) {
  llvm::Expected<UnitCounters *> counters = shard_->unit(map, counterCount, static_cast<uint32_t>(codeCount));
  if (counters)
    return *counters;
  failure = shard_->lose(counters.takeError());
  return nullptr;
}

/// Nothing if there is no such file.
SourceVersion Session::sourceOf(PyObject *filename, const SourceVersion &known) {
  PyRef path = PyRef::steal(PyUnicode_EncodeFSDefault(filename));
  if (path)
    return sources_.of(PyBytes_AS_STRING(path.get()), known);
  PyErr_Clear(); // a name that no file can have
  return {};
}

} // namespace blockcov
