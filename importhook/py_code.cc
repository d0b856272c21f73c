//===- py_code.cc ---------------------------------------------------------===//
#include "importhook/py_code.h"

#if PY_VERSION_HEX < 0x030d0000
#include <opcode.h>
#elif PY_VERSION_HEX >= 0x030e0000
#define Py_BUILD_CORE 1 // the layout of frames, from the headers of the interpreter that this is built for
#include <internal/pycore_interpframe_structs.h>
#undef Py_BUILD_CORE
#elif defined(Py_GIL_DISABLED)
#define Py_BUILD_CORE 1
#include <internal/pycore_frame.h>
#undef Py_BUILD_CORE
#endif

namespace blockcov {

namespace {

llvm::ArrayRef<uint8_t> bytesOf(PyObject *bytes) {
  return {reinterpret_cast<const uint8_t *>(PyBytes_AS_STRING(bytes)), static_cast<size_t>(PyBytes_GET_SIZE(bytes))};
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

/// What the constructor is given in place of `constants`. A free-threaded build makes the constants
/// of new code immortal, but not those that compile() is asked for: they stay what they were.
PyRef constantsToMakeWith(PyObject *constants) {
#ifdef Py_GIL_DISABLED
  const Py_ssize_t count = PyTuple_GET_SIZE(constants);
  PyRef nothing = PyRef::steal(PyTuple_New(count));
  for (Py_ssize_t index = 0; nothing && index != count; ++index)
    PyTuple_SET_ITEM(nothing.get(), index, Py_NewRef(Py_None));
  return nothing;
#else
  return PyRef::borrow(constants);
#endif
}

void setConstants(PyCodeObject *code, PyObject *constants) {
  PyRef old = PyRef::steal(std::exchange(code->co_consts, Py_NewRef(constants)));
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

PyObject *copyCode(PyCodeObject *model, const CodeParts &parts) {
  PyRef variables = PyRef::steal(PyCode_GetVarnames(model));
  PyRef freeVariables = PyRef::steal(PyCode_GetFreevars(model));
  PyRef cells = PyRef::steal(PyCode_GetCellvars(model));
  PyRef constants = constantsToMakeWith(parts.constants);
  if (!variables || !freeVariables || !cells || !constants)
    return nullptr;
  PyRef copy = PyRef::steal(reinterpret_cast<PyObject *>(newCode(
      model->co_argcount, model->co_posonlyargcount, model->co_kwonlyargcount, model->co_nlocals, parts.stackSize,
      model->co_flags, parts.code, constants.get(), model->co_names, variables.get(), freeVariables.get(), cells.get(),
      model->co_filename, model->co_name, model->co_qualname, model->co_firstlineno, parts.lines, parts.exceptions)));
  if (!copy || !restoreLocals(reinterpret_cast<PyCodeObject *>(copy.get()), model))
    return nullptr;
  setConstants(reinterpret_cast<PyCodeObject *>(copy.get()), parts.constants);
  return copy.release();
}

PyObject *copyCode(PyCodeObject *original, const Rewritten *rewritten, PyObject *constants) {
  PyRef code = rewritten ? newBytes(rewritten->code) : PyRef::steal(PyCode_GetCode(original));
  PyRef lines = rewritten ? newBytes(rewritten->lineTable) : PyRef::borrow(original->co_linetable);
  PyRef exceptions = rewritten ? newBytes(rewritten->exceptionTable) : PyRef::borrow(original->co_exceptiontable);
  if (!code || !lines || !exceptions)
    return nullptr;
  int stackSize = rewritten ? static_cast<int>(rewritten->stackSize) : original->co_stacksize;
  return copyCode(original, {code.get(), lines.get(), exceptions.get(), constants, stackSize});
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

#if PY_VERSION_HEX >= 0x030e0000
std::optional<uint32_t> lastiBelow(PyObject *top) {
  // The interpreter stores its stack pointer before it asks for a truth value.
  const _PyInterpreterFrame *frame = PyThreadState_Get()->current_frame;
  const _PyStackRef *end = frame ? frame->stackpointer : nullptr;
  constexpr uintptr_t kTag = 3; // Include/internal/pycore_stackref.h, Py_INT_TAG
  if (!end || (end[-1].bits & ~kTag) != reinterpret_cast<uintptr_t>(top) || (end[-3].bits & kTag) != kTag)
    return std::nullopt;
  return static_cast<uint32_t>(end[-3].bits >> 2);
}
#else
std::optional<uint32_t> lastiBelow(PyObject *) { return std::nullopt; }
#endif

#ifdef Py_GIL_DISABLED
void forEachFrame(PyThreadState *thread, llvm::function_ref<void(PyCodeObject *, int)> visit) {
  for (_PyInterpreterFrame *frame = thread->current_frame; frame; frame = frame->previous) {
    PyRef executable = PyRef::steal(PyUnstable_InterpreterFrame_GetCode(frame));
    if (!PyCode_Check(executable.get()))
      continue; // between the interpreter's own calls
    auto *code = reinterpret_cast<PyCodeObject *>(executable.get());
    int lasti = PyUnstable_InterpreterFrame_GetLasti(frame);
    // As _PyFrame_IsIncomplete: still making its locals, or the generator.
    int first = frame->owner == FRAME_OWNED_BY_GENERATOR ? 0 : code->_co_firsttraceable * int(sizeof(_Py_CODEUNIT));
    if (lasti >= first)
      visit(code, lasti);
  }
}
#endif

namespace {

/// The units of a code object as the interpreter runs them.
class LiveUnits {
public:
  explicit LiveUnits(PyCodeObject *code) : code(code), bytes(reinterpret_cast<uint8_t *>(code->co_code_adaptive)) {}

  uint8_t op(uint32_t unit) const { return bytes[2 * unit]; }
  uint8_t arg(uint32_t unit) const { return bytes[2 * unit + 1]; }
  void setOp(uint32_t unit, uint8_t op) { bytes[2 * unit] = op; }
  void setArg(uint32_t unit, uint8_t arg) { bytes[2 * unit + 1] = arg; }

  /// Whether tools have had the interpreter change this code.
  bool watched() const {
#if PY_VERSION_HEX >= 0x030c0000
    return code->_co_monitoring != nullptr;
#else
    return false;
#endif
  }

  /// The opcode to write for `op` now: after quickening, 3.11 specialises only
  /// what is marked for it (Python/specialize.c, _PyCode_Quicken).
  uint8_t current(uint8_t op) const {
#if PY_VERSION_HEX < 0x030c0000
    if (code->co_warmup != 0)
      return op;
    switch (op) {
    case BINARY_OP:
      return BINARY_OP_ADAPTIVE;
    case BINARY_SUBSCR:
      return BINARY_SUBSCR_ADAPTIVE;
    case CALL:
      return CALL_ADAPTIVE;
    case COMPARE_OP:
      return COMPARE_OP_ADAPTIVE;
    case EXTENDED_ARG:
      return EXTENDED_ARG_QUICK;
    case JUMP_BACKWARD:
      return JUMP_BACKWARD_QUICK;
    case LOAD_ATTR:
      return LOAD_ATTR_ADAPTIVE;
    case LOAD_GLOBAL:
      return LOAD_GLOBAL_ADAPTIVE;
    case LOAD_METHOD:
      return LOAD_METHOD_ADAPTIVE;
    case PRECALL:
      return PRECALL_ADAPTIVE;
    case STORE_ATTR:
      return STORE_ATTR_ADAPTIVE;
    case STORE_SUBSCR:
      return STORE_SUBSCR_ADAPTIVE;
    case UNPACK_SEQUENCE:
      return UNPACK_SEQUENCE_ADAPTIVE;
    }
#endif
    return op;
  }

  /// What a jump that leads to a stub looks like after quickening.
  bool isSame(uint8_t live, uint8_t written) const {
#if PY_VERSION_HEX < 0x030c0000
    if (written == EXTENDED_ARG && live == EXTENDED_ARG_QUICK)
      return true;
#endif
    return live == written;
  }

  /// Makes one instruction of `unit` and the next, as quickening would have.
  void fuse(uint32_t unit) {
#if PY_VERSION_HEX < 0x030d0000
#if PY_VERSION_HEX < 0x030c0000
    if (code->co_warmup != 0)
      return; // it has yet to come
#endif
    auto isLoad = [](uint8_t op) {
      return op == LOAD_FAST || op == LOAD_FAST__LOAD_FAST || op == LOAD_FAST__LOAD_CONST;
    };
    auto isStore = [](uint8_t op) {
      return op == STORE_FAST || op == STORE_FAST__LOAD_FAST || op == STORE_FAST__STORE_FAST;
    };
    auto isConst = [](uint8_t op) { return op == LOAD_CONST || op == LOAD_CONST__LOAD_FAST; };
    uint8_t second = op(unit + 1);
    switch (op(unit)) {
    case LOAD_FAST:
      if (isLoad(second))
        setOp(unit, LOAD_FAST__LOAD_FAST);
      else if (isConst(second))
        setOp(unit, LOAD_FAST__LOAD_CONST);
      break;
    case STORE_FAST:
      if (isLoad(second))
        setOp(unit, STORE_FAST__LOAD_FAST);
      else if (isStore(second))
        setOp(unit, STORE_FAST__STORE_FAST);
      break;
    case LOAD_CONST:
      if (isLoad(second))
        setOp(unit, LOAD_CONST__LOAD_FAST);
      break;
    }
#else
    (void)unit; // 3.13 has these as instructions of their own
#endif
  }

  /// What co_code gave before is no longer true.
  void forgetCopy() {
#if PY_VERSION_HEX >= 0x030c0000
    if (code->_co_cached)
      Py_CLEAR(code->_co_cached->_co_code);
#else
    Py_CLEAR(code->_co_code);
#endif
  }

private:
  PyCodeObject *code;
  uint8_t *bytes;
};

} // namespace

void cleanSite(PyCodeObject *code, const PatchSite &site) {
  LiveUnits live(code);
  if (live.watched())
    return;
  for (uint32_t k = 0; k < site.units; ++k) {
    uint32_t unit = site.unit + k;
    if (live.arg(unit) != site.armed[k] >> 8 || !(site.argOnly || live.isSame(live.op(unit), site.armed[k] & 0xff)))
      return;
  }
  for (uint32_t k = 0; k < site.units; ++k) {
    if (!site.argOnly)
      live.setOp(site.unit + k, live.current(site.clean[k] & 0xff));
    live.setArg(site.unit + k, uint8_t(site.clean[k] >> 8));
  }
  for (uint32_t k = 0; k < 3; ++k)
    if (site.fuses >> k & 1)
      live.fuse(site.unit - 1 + k);
  live.forgetCopy();
}

void setExceptionTable(PyCodeObject *code, llvm::ArrayRef<uint8_t> table) {
  // Where lines start was noted with the table as it is (Python/instrumentation.c, initialize_lines).
  if (LiveUnits(code).watched())
    return;
  // The interpreter reads it anew for each exception (Python/ceval.c, get_exception_handler).
  if (PyRef bytes = newBytes(table))
    PyRef old = PyRef::steal(std::exchange(code->co_exceptiontable, bytes.release()));
  else
    PyErr_Clear();
}

#if PY_VERSION_HEX >= 0x030c0000
PyObject *typeDictionary(PyTypeObject &type) { return PyType_GetDict(&type); } // each interpreter has one
#else
PyObject *typeDictionary(PyTypeObject &type) { return Py_NewRef(type.tp_dict); }
#endif

uint16_t bytecodeMagic() { return static_cast<uint16_t>(PyImport_GetMagicNumber() & 0xffff); }

} // namespace blockcov
