//===- session.h - what one start() set up ----------------------*- C++ -*-===//
#pragma once

#include "importhook/py_ref.h"
#include "instrument/compiled_code.h"
#include "instrument/coverage_map.h"
#include "runtime/code_cache.h"
#include "runtime/context_recorder.h"
#include "runtime/map_store.h"
#include "runtime/shard.h"
#include "runtime/source_file.h"

#include <memory>
#include <string>
#include <vector>

namespace blockcov {

class PyUnit;

/// A data directory, a shard in it, and who decides what is measured. Never
/// destroyed: rewritten code points into the shard. Guarded by the StateLock; the
/// functions that may call back into Python take it themselves.
class Session {
public:
  /// Null, with a Python error set, if the directory or the shard cannot be made.
  static Session *create(std::string dataDir, Mode mode, const Dialect &dialect);

  const std::string &dataDir() const { return dataDir_; }
  Shard &shard() { return *shard_; }
  ContextRecorder &contexts() { return *contexts_; }

  /// From now on: select(filename) says whether a file is measured, and is asked
  /// once for each; warn(filename, qualname, reason) hears of code that is not
  /// although it should be. False with an error set.
  bool setCallbacks(PyObject *select, PyObject *warn);
  void setMode(Mode mode) { mode_ = mode; }
  Mode mode() const { return mode_; }

  /// Whether select() wants the file. Errors of select() are written to
  /// sys.unraisablehook and mean no.
  bool isSelected(PyObject *filename);

  /// The rewritten code object, or `code` itself if that is not possible; the
  /// program must run either way. New reference, never null, no error set.
  PyObject *instrument(PyCodeObject *code);

  /// The rewritten unit of what importlib is about to unmarshal from `data`, an object
  /// with a buffer, and then to execute; `sourcePath` as in ImportCall. Null without an
  /// error if it is to be unmarshalled as it is, and instrumented then.
  PyObject *load(PyObject *data, PyObject *sourcePath);

  /// When `code` is instrumented next, that is also to be kept for load() of `bytes`,
  /// which marshal wrote of it.
  void noteMarshalled(PyCodeObject *code, PyObject *bytes);

  /// Calls warn(). Errors of it are written to sys.unraisablehook.
  void warn(PyObject *filename, PyObject *qualname, const std::string &reason);

  /// One warning if the shard has lost counts since the last call.
  void warnOfFailure();

private:
  Session(std::string dataDir, const Dialect &dialect)
      : dataDir_(std::move(dataDir)), dialect_(dialect), compiled_(dataDir_) {}

  /// What warn() is to hear of when the StateLock is free again.
  struct Warning {
    PyRef filename, qualname;
    std::string reason;
  };
  using Warnings = std::vector<Warning>;

  PyObject *rewriteUnit(PyCodeObject *code, PyRef marshalled, Warnings &warnings);
  void compile(PyUnit &unit, const Unit &description);
  UnitCounters *countersOf(const Unit &description, std::string &failure);
  UnitCounters *countersOf(const Hash128 &map, uint32_t counterCount, size_t codeCount, std::string &failure);
  SourceVersion sourceOf(PyObject *filename, const SourceVersion &known = {});

  struct Ready;
  bool findPrepared(llvm::StringRef marshalled, PyObject *sourcePath, Ready &ready);
  bool prepare(llvm::StringRef marshalled, PyObject *sourcePath, Ready &ready);
  void keepPrepared(PyObject *bytes, const SourceVersion &source, const Unit &description,
                    std::vector<CompiledCode> codes);
  void addPrepared(llvm::StringRef marshalled, const PreparedUnit &unit, llvm::StringRef map);
  bool compileAll(const Unit &description, std::vector<Rewritten> &rewritten);
  bool storeMap(const Hash128 &hash, llvm::StringRef payload);
  static Hash128 compiledName(const Unit &description);

  const std::string dataDir_;
  const Dialect &dialect_;
  Mode mode_ = Mode::Counts;
  CodeCache compiled_;
  std::unique_ptr<MapStore> maps_;
  std::unique_ptr<Shard> shard_;
  std::unique_ptr<ContextRecorder> contexts_; ///< of shard_
  PyRef select_, warn_;
  PyRef selected_; ///< dict: file name -> bool
  SourceFiles sources_;
  PyRef marshalledCode_, marshalledBytes_; ///< of noteMarshalled()
  bool warnedOfStorage_ = false;
};

} // namespace blockcov
