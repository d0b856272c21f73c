//===- code_methods.cc - what a code object is, and is made into ----------===//
#include "importhook/arguments.h"
#include "importhook/code_link.h"
#include "importhook/code_type.h"
#include "importhook/measured_process.h"
#include "importhook/module_methods.h"
#include "importhook/py_code.h"
#include "importhook/py_error.h"
#include "instrument/dump.h"
#include "runtime/hash.h"

namespace blockcov {

namespace {

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
  static const char *names[] = {"code", "stage", "mode", "placement", nullptr};
  PyObject *object;
  const char *stageName, *modeName = "counts", *placementName = "fewest";
  if (!PyArg_ParseTupleAndKeywords(arguments, keywords, "Os|ss:dump", const_cast<char **>(names), &object, &stageName,
                                   &modeName, &placementName))
    return nullptr;
  std::optional<Mode> mode = toMode(modeName, placementName);
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

} // namespace

PyMethodDef codeMethods[] = {
    {"is_instrumented", isInstrumented, METH_O,
     "is_instrumented($module, code, /)\n--\n\nWhether this very code object has probes."},
    {"original", original, METH_O,
     "original($module, code, /)\n--\n\nAn equal of the code object that was rewritten, or code itself."},
    {"internals", internals, METH_O,
     "internals($module, code, /)\n--\n\nWhat runs: attributes of code that show the original otherwise."},
    {"dump", withKeywords(dump), METH_VARARGS | METH_KEYWORDS,
     "dump(code, stage, mode='counts', placement='fewest')\n--\n\nShow a stage of the compiler: 'dis', 'cfg' or "
     "'map'."},
    {"source_hash", sourceHash, METH_O, "source_hash($module, data, /)\n--\n\nThe hash of a source file's bytes."},
    {nullptr, nullptr, 0, nullptr},
};

} // namespace blockcov
