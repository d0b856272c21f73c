//===- unit_originals.cc --------------------------------------------------===//
#include "importhook/unit_originals.h"

#include "importhook/py_code.h"
#include "importhook/py_error.h"
#include "runtime/hash.h"
#include "runtime/map_index.h"

namespace blockcov {

bool UnitOriginals::read() {
  if (hash128(payload_) != map_) {
    const MapIndex index({dataDir_ + "/maps"}); // which the view borrows from
    llvm::Expected<MapView> map = index.find(map_);
    if (!map)
      return setError(map.takeError()), false;
    owned_ = map->payload.str();
    payload_ = owned_;
  }
  llvm::Expected<Unit> unit = decodeUnit(payload_);
  if (!unit)
    return setError(unit.takeError()), false;
  unit_ = std::move(*unit);
  return true;
}

const CodeView *UnitOriginals::code(uint32_t index) {
  if (!unit_ && !read())
    return nullptr;
  if (index < unit_->codes.size())
    return &unit_->codes[index].view;
  PyErr_SetString(PyExc_SystemError, "a coverage map has fewer code objects than its unit");
  return nullptr;
}

PyRef UnitOriginals::table(llvm::ArrayRef<uint8_t> bytes) {
  PyRef made = newBytes(bytes);
  if (!tables_)
    tables_ = PyRef::steal(PyDict_New());
  if (!made || !tables_)
    return PyRef();
  return PyRef::borrow(PyDict_SetDefault(tables_.get(), made.get(), made.get()));
}

PyObject *UnitOriginals::shown(uint32_t member, PyRef made) {
  return shown_.try_emplace(member, std::move(made)).first->second.get();
}

} // namespace blockcov
