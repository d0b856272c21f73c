//===- loaded_unit.cc -----------------------------------------------------===//
#include "importhook/loaded_unit.h"

#include "importhook/inserted_constants.h"

#include <marshal.h>

namespace blockcov {

namespace {

/// Puts constants where marshal has None.
class Filler {
public:
  Filler(const PreparedUnit &unit, std::shared_ptr<UnitOriginals> originals, UnitCounters &counters, Mode mode,
         const Dialect &dialect)
      : unit_(unit), mode_(mode), inserted_(counters, dialect), originals_(std::move(originals)) {}

  /// `code` and all that nest in it. False, perhaps with an error set, if they are not
  /// what the unit says.
  bool fill(PyObject *object) {
    auto *code = reinterpret_cast<PyCodeObject *>(object);
    if (next_ == unit_.codes.size())
      return false;
    const uint32_t index = next_++;
    const PreparedCode &prepared = unit_.codes[index];
    const auto constCount = static_cast<Py_ssize_t>(prepared.constCount);
    PyObject *constants = code->co_consts;
    const Py_ssize_t size = PyTuple_GET_SIZE(constants);
    if (size != constCount + InsertedConstants::count(prepared.layout))
      return false;
    std::optional<PatchesRef> patches = inserted_.put(constants, constCount, prepared.layout, index);
    PyObject *link = patches ? newCodeLink(code, originals_, {constCount, prepared.constantsOf}, inserted_.place(index),
                                           *patches, mode_)
                             : nullptr;
    if (!link)
      return false;
    putItem(constants, size - 1, link);
    for (Py_ssize_t each = 0; each != constCount; ++each)
      if (PyObject *constant = PyTuple_GET_ITEM(constants, each); PyCode_Check(constant) && !fill(constant))
        return false;
    hideFromCollector(constants);
    return true;
  }

  bool isDone() const { return next_ == unit_.codes.size() && inserted_.isAtEnd(); }

private:
  const PreparedUnit &unit_;
  const Mode mode_;
  InsertedConstants inserted_;
  std::shared_ptr<UnitOriginals> originals_;
  uint32_t next_ = 0;
};

} // namespace

PyObject *loadUnit(const PreparedUnit &unit, std::shared_ptr<UnitOriginals> originals, UnitCounters &counters,
                   Mode mode, const Dialect &dialect) {
  PyRef root = PyRef::steal(
      PyMarshal_ReadObjectFromString(unit.marshalled.data(), static_cast<Py_ssize_t>(unit.marshalled.size())));
  if (!root || !PyCode_Check(root.get()) || unit.counterCount() != counters.counterCount)
    return nullptr;
  Filler filler(unit, std::move(originals), counters, mode, dialect);
  return filler.fill(root.get()) && filler.isDone() ? root.release() : nullptr;
}

} // namespace blockcov
