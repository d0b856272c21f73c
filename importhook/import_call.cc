//===- import_call.cc -----------------------------------------------------===//
#include "importhook/import_call.h"

namespace blockcov {

namespace {

/// Code objects of importlib._bootstrap_external; written once, owned for ever.
struct ImportFunctions {
  PyObject *compileBytecode = nullptr, *getCode = nullptr, *execModule = nullptr;
  PyObject *toTimestampPyc = nullptr, *toHashPyc = nullptr;
};
ImportFunctions functions;

/// Of `name` or `Class.name`; null if there is none.
PyObject *codeOf(PyObject *module, const char *ofClass, const char *name) {
  PyRef owner = ofClass ? PyRef::steal(PyObject_GetAttrString(module, ofClass)) : PyRef::borrow(module);
  PyRef function = owner ? PyRef::steal(PyObject_GetAttrString(owner.get(), name)) : PyRef();
  if (function && PyFunction_Check(function.get()))
    return Py_NewRef(PyFunction_GET_CODE(function.get()));
  PyErr_Clear();
  return nullptr;
}

using Frame = PyRef;

PyFrameObject *asFrame(const Frame &frame) { return reinterpret_cast<PyFrameObject *>(frame.get()); }

bool runs(const Frame &frame, PyObject *code) {
  if (!frame || !code)
    return false;
  PyRef own = PyRef::steal(reinterpret_cast<PyObject *>(PyFrame_GetCode(asFrame(frame))));
  return own.get() == code;
}

Frame callerOf(const Frame &frame) {
  return PyRef::steal(reinterpret_cast<PyObject *>(PyFrame_GetBack(asFrame(frame))));
}

/// A local variable; null, perhaps with an error set, if it has no value.
PyRef local(const Frame &frame, const char *name) {
#if PY_VERSION_HEX >= 0x030c0000
  return PyRef::steal(PyFrame_GetVarString(asFrame(frame), const_cast<char *>(name)));
#else
  PyRef locals = PyRef::steal(PyFrame_GetLocals(asFrame(frame)));
  return PyRef::borrow(locals ? PyDict_GetItemString(locals.get(), name) : nullptr);
#endif
}

} // namespace

bool prepareImportCalls() {
  if (functions.compileBytecode)
    return true;
  PyRef module = PyRef::steal(PyImport_ImportModule("_frozen_importlib_external"));
  if (!module)
    return false;
  functions.compileBytecode = codeOf(module.get(), nullptr, "_compile_bytecode");
  functions.getCode = codeOf(module.get(), "SourceLoader", "get_code");
  functions.toTimestampPyc = codeOf(module.get(), nullptr, "_code_to_timestamp_pyc");
  functions.toHashPyc = codeOf(module.get(), nullptr, "_code_to_hash_pyc");
  functions.execModule = codeOf(module.get(), "_LoaderBasics", "exec_module");
  return true;
}

static Frame runningFrame() { return PyRef::borrow(reinterpret_cast<PyObject *>(PyEval_GetFrame())); }

/// Whether it is called by get_code for exec_module.
static bool isForExec(const Frame &frame) {
  const Frame get = callerOf(frame);
  return runs(get, functions.getCode) && runs(callerOf(get), functions.execModule);
}

std::optional<ImportCall> importCall() {
  const Frame compile = runningFrame();
  if (!runs(compile, functions.compileBytecode) || !isForExec(compile))
    return std::nullopt;
  ImportCall call{local(compile, "source_path")};
  PyErr_Clear();
  if (!call.sourcePath || !PyUnicode_CheckExact(call.sourcePath.get()))
    return std::nullopt;
  return call;
}

bool isPycWritten() {
  const Frame write = runningFrame();
  return (runs(write, functions.toTimestampPyc) || runs(write, functions.toHashPyc)) && isForExec(write);
}

} // namespace blockcov
