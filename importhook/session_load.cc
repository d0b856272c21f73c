//===- session_load.cc - units that are rewritten before they are made ----===//
//
//   marshalled bytes -> find what an earlier process prepared of them
//                       or: parse -> compile -> splice -> keep it
//                    -> map, counters -> unmarshal -> probes, pads, links
//
// What is kept follows from the bytes; which map it belongs to, from the source, too.
//
//===----------------------------------------------------------------------===//
#include "importhook/loaded_unit.h"
#include "importhook/py_code.h"
#include "importhook/session.h"
#include "importhook/state_lock.h"
#include "instrument/compiled_code.h"
#include "instrument/marshalled_unit.h"
#include "runtime/hash.h"

#include "llvm/ADT/STLExtras.h"

namespace blockcov {

namespace {

/// What an object with a buffer holds.
class BufferView {
public:
  explicit BufferView(PyObject *object) : held_(PyObject_GetBuffer(object, &buffer_, PyBUF_SIMPLE) == 0) {
    if (!held_)
      PyErr_Clear();
  }
  ~BufferView() {
    if (held_)
      PyBuffer_Release(&buffer_);
  }
  BufferView(const BufferView &) = delete;
  BufferView &operator=(const BufferView &) = delete;

  llvm::StringRef bytes() const {
    return held_ ? llvm::StringRef(static_cast<const char *>(buffer_.buf), size_t(buffer_.len)) : llvm::StringRef();
  }

private:
  Py_buffer buffer_;
  const bool held_;
};

/// As PyUnit::describe(): equal units have equal maps, however they were read.
Unit describe(const MarshalledUnit &unit, const Hash128 &sourceHash, Mode mode, const Dialect &dialect) {
  Unit result;
  result.filename = unit.members().front().filename;
  result.sourceHash = sourceHash;
  result.mode = mode;
  result.minor = dialect.minor;
  result.codes.reserve(unit.members().size());
  for (const MarshalledUnit::Member &member : unit.members())
    result.codes.push_back({member.view, member.parent, 0, {}});
  return result;
}

/// Names what is kept of these bytes.
Hash128 preparedName(llvm::StringRef marshalled, Mode mode, const Dialect &dialect) {
  constexpr uint64_t kOther = 0x9e3779b97f4a7c15; // than the seed of compiled code
  const uint64_t plan = uint64_t(mode.kind) + 4 * uint64_t(mode.placement);
  return hash128(marshalled, compilerBuild() ^ kOther * (1 + plan + 8 * dialect.minor));
}

/// All that is no code, and the map's payload. Borrows from the description.
void fillHead(PreparedUnit &unit, const Unit &description, const SourceVersion &source,
              llvm::SmallVectorImpl<char> &map) {
  encodeUnit(description, map);
  unit.filename = description.filename;
  unit.sourceHash = source.hash;
  unit.source = source.stamp;
  unit.map = hash128({map.data(), map.size()});
}

/// The code. Borrows from `bytes`.
void splice(const MarshalledUnit &parsed, std::vector<Rewritten> rewritten, PreparedUnit &unit,
            llvm::SmallVectorImpl<char> &bytes) {
  parsed.splice(rewritten, /*more=*/1, bytes);
  unit.marshalled = {bytes.data(), bytes.size()};
  unit.codes.reserve(rewritten.size());
  for (auto [member, made] : llvm::zip(parsed.members(), rewritten))
    unit.codes.push_back({member.view.constCount, member.constantsOf, std::move(made)});
}

bool isMeant(const MarshalledUnit &unit, llvm::StringRef filename) {
  return llvm::all_of(unit.members(), [&](const auto &member) { return member.filename == filename; });
}

} // namespace

/// A unit on its way to loadUnit(), with what it borrows from.
struct Session::Ready {
  PreparedUnit unit;
  llvm::SmallVector<char, 0> bytes; ///< of the unit, if it was made just now
  std::string map;                  ///< its payload, if that was
};

PyObject *Session::load(PyObject *data, PyObject *sourcePath) {
  if (!isSelected(sourcePath))
    return nullptr;
  const BufferView buffer(data);
  Ready ready;
  UnitCounters *counters = nullptr;
  std::shared_ptr<UnitOriginals> originals;
  Mode mode;
  {
    StateLock lock;
    mode = mode_;
    std::string failure;
    if (findPrepared(buffer.bytes(), sourcePath, ready) || prepare(buffer.bytes(), sourcePath, ready))
      counters = countersOf(ready.unit.map, ready.unit.counterCount(), ready.unit.codes.size(), failure);
    const Hash128 &map = ready.unit.map;
    originals = ready.map.empty() ? std::make_shared<UnitOriginals>(map, compiled_.peek(map), dataDir_)
                                  : std::make_shared<UnitOriginals>(map, std::move(ready.map), dataDir_);
  }
  PyObject *root = counters ? loadUnit(ready.unit, std::move(originals), *counters, mode, dialect_) : nullptr;
  PyErr_Clear();
  return root;
}

/// Takes what an earlier process has prepared, and sees to it that the map is there.
bool Session::findPrepared(llvm::StringRef marshalled, PyObject *sourcePath, Ready &ready) {
  llvm::StringRef entry;
  if (!compiled_.find(preparedName(marshalled, mode_, dialect_), entry))
    return false;
  llvm::Expected<PreparedUnit> unit = decodePrepared(entry);
  std::optional<Text> filename = Text::of(sourcePath);
  if (!unit || !filename || unit->filename != filename->bytes())
    return llvm::consumeError(unit.takeError()), false;
  ready.unit = std::move(*unit);
  const SourceVersion known{ready.unit.sourceHash, ready.unit.source};
  const SourceVersion source = sourceOf(sourcePath, known);
  const bool sameSource = source.hash == known.hash;
  if (sameSource && maps_->has(ready.unit.map))
    return true;
  if (llvm::StringRef map; sameSource && compiled_.find(ready.unit.map, map))
    return storeMap(ready.unit.map, map);
  // Another source of the same code has a map of its own.
  llvm::Expected<MarshalledUnit> parsed = MarshalledUnit::parse(marshalled);
  if (!parsed || parsed->members().size() != ready.unit.codes.size())
    return llvm::consumeError(parsed.takeError()), false;
  Unit description = describe(*parsed, source.hash, mode_, dialect_);
  for (auto [code, prepared] : llvm::zip(description.codes, ready.unit.codes))
    code.probeCount = prepared.layout.probeCount;
  llvm::SmallVector<char, 0> payload;
  encodeUnit(description, payload);
  ready.map.assign(payload.begin(), payload.end());
  ready.unit.map = hash128(ready.map);
  return storeMap(ready.unit.map, ready.map);
}

/// Compiles, and keeps it for later processes. False if some of it has to run as it is.
bool Session::prepare(llvm::StringRef marshalled, PyObject *sourcePath, Ready &ready) {
  ready = Ready();
  std::optional<Text> filename = Text::of(sourcePath);
  llvm::Expected<MarshalledUnit> parsed = MarshalledUnit::parse(marshalled);
  if (!parsed || !filename || !isMeant(*parsed, filename->bytes())) // else importlib is going to change the name
    return llvm::consumeError(parsed.takeError()), false;
  const SourceVersion source = sourceOf(sourcePath);
  Unit description = describe(*parsed, source.hash, mode_, dialect_);
  std::vector<Rewritten> rewritten;
  if (!compileAll(description, rewritten))
    return false;
  for (auto [code, made] : llvm::zip(description.codes, rewritten))
    code.probeCount = made.probeCount;
  llvm::SmallVector<char, 0> map;
  fillHead(ready.unit, description, source, map);
  ready.map.assign(map.begin(), map.end());
  if (!storeMap(ready.unit.map, ready.map))
    return false;
  splice(*parsed, std::move(rewritten), ready.unit, ready.bytes);
  addPrepared(marshalled, ready.unit, ready.map);
  return true;
}

void Session::noteMarshalled(PyCodeObject *code, PyObject *bytes) {
  if (!isSelected(code->co_filename))
    return;
  StateLock lock;
  marshalledCode_ = PyRef::borrow(reinterpret_cast<PyObject *>(code));
  marshalledBytes_ = PyRef::borrow(bytes);
}

/// Keeps for load() of `bytes` what the unit that marshal wrote there was compiled to.
void Session::keepPrepared(PyObject *bytes, const SourceVersion &source, const Unit &description,
                           std::vector<CompiledCode> codes) {
  const llvm::StringRef marshalled(PyBytes_AS_STRING(bytes), size_t(PyBytes_GET_SIZE(bytes)));
  llvm::Expected<MarshalledUnit> parsed = MarshalledUnit::parse(marshalled);
  if (!parsed || parsed->members().size() != codes.size() || !isMeant(*parsed, description.filename))
    return llvm::consumeError(parsed.takeError());
  std::vector<Rewritten> rewritten;
  rewritten.reserve(codes.size());
  for (CompiledCode &code : codes) {
    if (!code.rewritten)
      return;
    rewritten.push_back(std::move(*code.rewritten));
  }
  PreparedUnit unit;
  llvm::SmallVector<char, 0> map, spliced;
  fillHead(unit, description, source, map);
  splice(*parsed, std::move(rewritten), unit, spliced);
  addPrepared(marshalled, unit, {map.data(), map.size()});
}

void Session::addPrepared(llvm::StringRef marshalled, const PreparedUnit &unit, llvm::StringRef map) {
  compiled_.add(unit.map, map);
  llvm::SmallVector<char, 0> entry;
  encodePrepared(unit, entry);
  compiled_.add(preparedName(marshalled, mode_, dialect_), {entry.data(), entry.size()});
}

/// Takes what is known of the same unit or compiles it. False if that fails for a member.
bool Session::compileAll(const Unit &description, std::vector<Rewritten> &rewritten) {
  llvm::StringRef known;
  rewritten.reserve(description.codes.size());
  if (compiled_.find(compiledName(description), known)) {
    auto codes = decodeCompiled(known, description.codes.size());
    if (!codes || llvm::any_of(*codes, [](const CompiledCode &code) { return !code.rewritten; }))
      return llvm::consumeError(codes.takeError()), false;
    for (CompiledCode &code : *codes)
      rewritten.push_back(std::move(*code.rewritten));
    return true;
  }
  Rewriter rewriter(dialect_, mode_);
  for (const UnitCode &code : description.codes) {
    llvm::Expected<Rewritten> made = rewriter.rewrite(code.view);
    if (!made)
      return llvm::consumeError(made.takeError()), false;
    rewritten.push_back(std::move(*made));
  }
  return true;
}

/// False if there is no room: instrument() is going to say so.
bool Session::storeMap(const Hash128 &hash, llvm::StringRef payload) {
  llvm::Error error = maps_->store(hash, payload);
  const bool stored = !error;
  llvm::consumeError(std::move(error));
  return stored;
}

} // namespace blockcov
