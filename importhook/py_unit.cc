//===- py_unit.cc ---------------------------------------------------------===//
#include "importhook/py_unit.h"

#include "importhook/code_link.h"
#include "importhook/inserted_constants.h"
#include "importhook/monitoring_events.h"

#include "llvm/ADT/STLExtras.h"

#include <cassert>

namespace blockcov {

static constexpr const char *kForeign = "it belongs to another file";
/// Whether a constant belongs to the unit of what has it. One that counts already,
/// which code.replace() may have put there, stays as it is.
static bool isNested(PyObject *constant) { return PyCode_Check(constant) && !isRewritten(constant); }

std::optional<PyUnit> PyUnit::collect(PyCodeObject *root) {
  PyUnit unit;
  unit.root_ = PyRef::borrow(reinterpret_cast<PyObject *>(root));
  if (!unit.add(root, -1))
    return std::nullopt;
  return unit;
}

bool PyUnit::add(PyCodeObject *code, int32_t parent) {
  if (Py_EnterRecursiveCall(" while a code object is rewritten"))
    return false;
  auto index = static_cast<int32_t>(members_.size());
  std::optional<PyCodeView> source = PyCodeView::of(code);
  bool good = source.has_value();
  if (good)
    members_.push_back({code, std::move(*source), parent, isForeign(code)});
  for (Py_ssize_t each = 0; good && each != PyTuple_GET_SIZE(code->co_consts); ++each) {
    PyObject *constant = PyTuple_GET_ITEM(code->co_consts, each);
    if (isNested(constant))
      good = add(reinterpret_cast<PyCodeObject *>(constant), index);
  }
  Py_LeaveRecursiveCall();
  return good;
}

bool PyUnit::isForeign(PyCodeObject *code) const {
  PyObject *filename = reinterpret_cast<PyCodeObject *>(root_.get())->co_filename;
  if (code->co_filename == filename)
    return false;
  const bool differs = PyUnicode_Compare(code->co_filename, filename) != 0;
  PyErr_Clear(); // if these were no strings
  return differs;
}

bool PyUnit::hasProbes() const {
  return llvm::any_of(members_, [](const Member &member) { return blockcov::hasProbes(member.code); });
}

void PyUnit::compile(const Dialect &dialect, Mode mode) {
  mode_ = mode;
  Rewriter rewriter(dialect, mode);
  compiled_.clear();
  compiled_.reserve(members_.size());
  for (const Member &member : members_) {
    CompiledCode &result = compiled_.emplace_back();
    if (member.foreign) {
      result.refused = kForeign;
      continue;
    }
    llvm::Expected<Rewritten> rewritten = rewriter.rewrite(member.source.view());
    if (rewritten) {
      result.rewritten = std::move(*rewritten);
      continue;
    }
    result.refused = llvm::toString(rewritten.takeError());
    result.failed = true;
  }
}

bool PyUnit::adopt(llvm::StringRef bytes, Mode mode) {
  mode_ = mode;
  llvm::Expected<std::vector<CompiledCode>> codes = decodeCompiled(bytes, members_.size());
  if (codes)
    compiled_ = std::move(*codes);
  else
    llvm::consumeError(codes.takeError());
  return !compiled_.empty();
}

Unit PyUnit::describe(llvm::StringRef filename, const Hash128 &sourceHash, Mode mode, const Dialect &dialect) const {
  Unit unit;
  unit.filename = filename;
  unit.sourceHash = sourceHash;
  unit.mode = mode;
  unit.minor = dialect.minor;
  unit.codes.reserve(members_.size());
  for (size_t index = 0; index != members_.size(); ++index) {
    UnitCode &code = unit.codes.emplace_back();
    code.view = members_[index].source.view();
    code.parent = members_[index].parent;
    if (compiled_.empty()) {
      code.refused = members_[index].foreign ? kForeign : "";
      continue;
    }
    const CompiledCode &result = compiled_[index];
    code.probeCount = result.rewritten ? result.rewritten->probeCount : 0;
    code.refused = result.refused;
  }
  return unit;
}

PyObject *PyUnit::build(UnitCounters &counters, const Dialect &dialect) const {
  uint32_t index = 0;
  InsertedConstants inserted(counters, dialect);
  PyRef root = PyRef::steal(buildMember(inserted, counters.shard, index));
  if (!root)
    return nullptr;
  assert(index == members_.size() && inserted.isAtEnd());
  return root.release();
}

/// Builds member `index` and those in it, and moves `index` past them.
PyObject *PyUnit::buildMember(InsertedConstants &inserted, const Shard &shard, uint32_t &index) const {
  const uint32_t self = index++;
  const Member &member = members_[self];
  const std::optional<Rewritten> &rewritten = compiled_[self].rewritten;
  PyObject *old = member.code->co_consts;
  const Py_ssize_t oldCount = PyTuple_GET_SIZE(old);

  // Slots of the new tuple own what they hold; a tuple with empty slots may be freed.
  PyRef constants = PyRef::steal(PyTuple_New(oldCount + (rewritten ? InsertedConstants::count(*rewritten) : 1)));
  if (!constants)
    return nullptr;
  std::optional<PatchesRef> patches = PatchesRef();
  if (rewritten)
    patches = inserted.put(constants.get(), oldCount, *rewritten, self);
  PyObject *link =
      patches ? newCodeLink(member.code, rewritten ? inserted.place(self) : CodePlace(), *patches, mode_) : nullptr;
  if (!link)
    return nullptr;
  PyTuple_SET_ITEM(constants.get(), PyTuple_GET_SIZE(constants.get()) - 1, link);
  bool changed = rewritten.has_value();
  for (Py_ssize_t each = 0; each != oldCount; ++each) {
    PyObject *constant = PyTuple_GET_ITEM(old, each);
    PyObject *copy = isNested(constant) ? buildMember(inserted, shard, index) : Py_NewRef(constant);
    if (!copy)
      return nullptr;
    changed |= copy != constant;
    PyTuple_SET_ITEM(constants.get(), each, copy);
  }

  hideFromCollector(constants.get());
  PyRef code = changed ? PyRef::steal(copyCode(member.code, rewritten ? &*rewritten : nullptr, constants.get()))
                       : PyRef::borrow(reinterpret_cast<PyObject *>(member.code));
  if (!code || !linkCode(member.code, reinterpret_cast<PyCodeObject *>(code.get()), shard))
    return nullptr;
  carryLocalEvents(member.code, reinterpret_cast<PyCodeObject *>(code.get()));
  return code.release();
}

} // namespace blockcov
