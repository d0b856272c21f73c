//===- py_code.cc ---------------------------------------------------------===//
#include "importhook/py_code.h"

#if PY_VERSION_HEX < 0x030c0000
#include <opcode.h>
#endif

namespace blockcov {

namespace {

llvm::ArrayRef<uint8_t> bytesOf(PyObject *bytes) {
  return {reinterpret_cast<const uint8_t *>(PyBytes_AS_STRING(bytes)), static_cast<size_t>(PyBytes_GET_SIZE(bytes))};
}

PyRef newBytes(llvm::ArrayRef<uint8_t> bytes) {
  return PyRef::steal(
      PyBytes_FromStringAndSize(reinterpret_cast<const char *>(bytes.data()), static_cast<Py_ssize_t>(bytes.size())));
}

#if PY_VERSION_HEX >= 0x030c0000
constexpr auto newCode = PyUnstable_Code_NewWithPosOnlyArgs;
constexpr auto requestSlot = PyUnstable_Eval_RequestCodeExtraIndex;
constexpr auto getSlot = PyUnstable_Code_GetExtra;
constexpr auto setSlot = PyUnstable_Code_SetExtra;
#else
constexpr auto newCode = PyCode_NewWithPosOnlyArgs;
constexpr auto requestSlot = _PyEval_RequestCodeExtraIndex;
constexpr auto getSlot = _PyCode_GetExtra;
constexpr auto setSlot = _PyCode_SetExtra;
#endif

/// Gives `code` the table of local variables of `original`. The constructor
/// rebuilds it from the names, which loses the mark of those that belong to an
/// inlined comprehension (3.12+).
bool restoreLocals(PyCodeObject *code, PyCodeObject *original) {
  if (code->co_nlocalsplus != original->co_nlocalsplus || code->co_nlocals != original->co_nlocals ||
      code->co_ncellvars != original->co_ncellvars || code->co_nfreevars != original->co_nfreevars) {
    PyErr_SetString(PyExc_SystemError, "the copy of a code object has other local variables");
    return false;
  }
  PyRef names = PyRef::steal(std::exchange(code->co_localsplusnames, Py_NewRef(original->co_localsplusnames)));
  PyRef kinds = PyRef::steal(std::exchange(code->co_localspluskinds, Py_NewRef(original->co_localspluskinds)));
  return true;
}

} // namespace

std::optional<Text> Text::of(PyObject *string) {
  Text text;
  Py_ssize_t size = 0;
  if (const char *data = PyUnicode_AsUTF8AndSize(string, &size)) {
    text.owner_ = PyRef::borrow(string); // which caches its UTF-8
    text.bytes_ = {data, static_cast<size_t>(size)};
    return text;
  }
  PyErr_Clear();
  text.owner_ = PyRef::steal(PyUnicode_AsEncodedString(string, "utf-8", "surrogatepass"));
  if (!text.owner_)
    return std::nullopt;
  text.bytes_ = {PyBytes_AS_STRING(text.owner_.get()), static_cast<size_t>(PyBytes_GET_SIZE(text.owner_.get()))};
  return text;
}

PyObject *decodeText(llvm::StringRef bytes) {
  return PyUnicode_DecodeUTF8(bytes.data(), static_cast<Py_ssize_t>(bytes.size()), "surrogatepass");
}

std::optional<PyCodeView> PyCodeView::of(PyCodeObject *code) {
  PyCodeView result;
  result.code_ = PyRef::borrow(reinterpret_cast<PyObject *>(code));
  // A copy without the interpreter's specializations, caches zero.
  result.bytes_ = PyRef::steal(PyCode_GetCode(code));
  result.name_ = Text::of(code->co_name);
  result.qualname_ = Text::of(code->co_qualname);
  if (!result.bytes_ || !result.name_ || !result.qualname_)
    return std::nullopt;
  CodeView &view = result.view_;
  view.name = result.name_->bytes();
  view.qualname = result.qualname_->bytes();
  view.code = bytesOf(result.bytes_.get());
  view.lineTable = bytesOf(code->co_linetable);
  view.exceptionTable = bytesOf(code->co_exceptiontable);
  view.firstLine = code->co_firstlineno;
  view.flags = static_cast<uint32_t>(code->co_flags);
  view.stackSize = static_cast<uint32_t>(code->co_stacksize);
  view.constCount = static_cast<uint32_t>(PyTuple_GET_SIZE(code->co_consts));
  return result;
}

PyObject *copyCode(PyCodeObject *original, const Rewritten *rewritten, PyObject *constants) {
  PyRef variables = PyRef::steal(PyCode_GetVarnames(original));
  PyRef freeVariables = PyRef::steal(PyCode_GetFreevars(original));
  PyRef cells = PyRef::steal(PyCode_GetCellvars(original));
  PyRef code = rewritten ? newBytes(rewritten->code) : PyRef::steal(PyCode_GetCode(original));
  PyRef lines = rewritten ? newBytes(rewritten->lineTable) : PyRef::borrow(original->co_linetable);
  PyRef exceptions = rewritten ? newBytes(rewritten->exceptionTable) : PyRef::borrow(original->co_exceptiontable);
  if (!variables || !freeVariables || !cells || !code || !lines || !exceptions)
    return nullptr;
  int stackSize = rewritten ? static_cast<int>(rewritten->stackSize) : original->co_stacksize;

  PyRef copy = PyRef::steal(reinterpret_cast<PyObject *>(
      newCode(original->co_argcount, original->co_posonlyargcount, original->co_kwonlyargcount, original->co_nlocals,
              stackSize, original->co_flags, code.get(), constants, original->co_names, variables.get(),
              freeVariables.get(), cells.get(), original->co_filename, original->co_name, original->co_qualname,
              original->co_firstlineno, lines.get(), exceptions.get())));
  if (!copy || !restoreLocals(reinterpret_cast<PyCodeObject *>(copy.get()), original))
    return nullptr;
  return copy.release();
}

Py_ssize_t requestCodeSlot(freefunc release) { return requestSlot(release); }

void *codeSlot(PyCodeObject *code, Py_ssize_t slot) {
  void *value = nullptr;
  getSlot(reinterpret_cast<PyObject *>(code), slot, &value); // fails only for what is no code object
  return value;
}

bool setCodeSlot(PyCodeObject *code, Py_ssize_t slot, void *value) {
  return setSlot(reinterpret_cast<PyObject *>(code), slot, value) == 0;
}

#if PY_VERSION_HEX < 0x030c0000
uint32_t faultingUnit(PyCodeObject *code, uint32_t unit, PyObject *exception) {
  if (Py_TYPE(exception) != reinterpret_cast<PyTypeObject *>(PyExc_UnboundLocalError))
    return unit;
  const auto *bytes = reinterpret_cast<const uint8_t *>(code->co_code_adaptive);
  if (unit + 1 >= static_cast<uint32_t>(Py_SIZE(code)) || bytes[2 * unit] != LOAD_FAST__LOAD_FAST)
    return unit;
  // The message names the variable: "cannot access local variable 'x' where ..."
  auto nameAt = [&](uint32_t at) { return PyTuple_GetItem(code->co_localsplusnames, bytes[2 * at + 1]); };
  PyObject *arguments = reinterpret_cast<PyBaseExceptionObject *>(exception)->args;
  if (PyTuple_GET_SIZE(arguments) != 1 || !PyUnicode_Check(PyTuple_GET_ITEM(arguments, 0)))
    return unit;
  PyObject *first = nameAt(unit), *second = nameAt(unit + 1);
  if (!first || !second || first == second)
    return PyErr_Clear(), unit;
  PyRef quoted = PyRef::steal(PyUnicode_FromFormat("'%U'", second));
  int found = quoted ? PyUnicode_Contains(PyTuple_GET_ITEM(arguments, 0), quoted.get()) : -1;
  if (found < 0)
    PyErr_Clear();
  return found > 0 ? unit + 1 : unit;
}
#else
uint32_t faultingUnit(PyCodeObject *, uint32_t unit, PyObject *) { return unit; }
#endif

uint16_t bytecodeMagic() { return static_cast<uint16_t>(PyImport_GetMagicNumber() & 0xffff); }

} // namespace blockcov
