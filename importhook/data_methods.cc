//===- data_methods.cc - reading and changing data directories ------------===//
#include "importhook/arguments.h"
#include "importhook/module_methods.h"
#include "importhook/py_code.h"
#include "importhook/py_contexts.h"
#include "importhook/py_error.h"
#include "importhook/py_report.h"
#include "importhook/py_result.h"
#include "runtime/data_dir.h"
#include "runtime/merge.h"

namespace blockcov {

namespace {

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

} // namespace

PyMethodDef dataMethods[] = {
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
    {nullptr, nullptr, 0, nullptr},
};

} // namespace blockcov
