//===- _blockcov.cc - the extension module ----------------------*- C++ -*-===//
//
// Counting is per process, not per interpreter: the module refuses to be imported by a
// subinterpreter. Its functions are in module_methods.h.
//
//===----------------------------------------------------------------------===//
#include "importhook/hit_probe.h"
#include "importhook/landing_pad.h"
#include "importhook/measured_process.h"
#include "importhook/module_methods.h"
#include "importhook/probe_type.h"
#include "importhook/py_code.h"
#include "importhook/py_error.h"

namespace blockcov {
namespace {

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
  for (PyMethodDef *methods : {measuringMethods, liveMethods, codeMethods, dataMethods})
    if (PyModule_AddFunctions(module, methods) < 0)
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
    nullptr, // execModule adds them
    slots,
    nullptr,
    nullptr,
    nullptr,
};

} // namespace
} // namespace blockcov

PyMODINIT_FUNC PyInit__blockcov() { return PyModuleDef_Init(&blockcov::definition); }
