//===- monitoring_events.cc -----------------------------------------------===//
#include "importhook/monitoring_events.h"

#include "importhook/builtin_patch.h"
#include "importhook/code_link.h"
#include "importhook/state_lock.h"

#include "llvm/ADT/SmallVector.h"

namespace blockcov {

namespace {

PyObject *disable = nullptr; ///< sys.monitoring.DISABLE; set once, owned

// What the callback of an event is called with: code, offset and, for jumps and
// branches, where to.
constexpr Py_ssize_t kCode = 0, kOffset = 1, kDestination = 2;

using Place = OffsetMap::Place;

/// What to do with an event at `place`, of a jump to `target` if it is one.
enum class Answer { Deliver, Drop, DropForGood };

Answer always(const Place &, const Place &) { return Answer::Deliver; }

/// Not that of a probe, nor of a copy for which one was reported when the site was passed.
Answer instruction(const Place &place, const Place &) { return place.isStep() ? Answer::Deliver : Answer::DropForGood; }

bool leadsToStub(const Place &place, const Place &target) {
  return place.displaced && (target.inserted || target.copied);
}

/// Where a site leads to its stub, nothing jumps in the original but what is displaced.
Answer jump(const Place &place, const Place &target) {
  bool armed = leadsToStub(place, target) && place.leap == Place::kNone;
  return place.inserted ? Answer::DropForGood : armed ? Answer::Drop : Answer::Deliver;
}

#if PY_VERSION_HEX >= 0x030e0000
/// Probes never jump and have no NOT_TAKEN, so they cause no events. What looks like
/// theirs is that of a NOT_TAKEN behind one, which names what ran before it.
Answer branch(const Place &, const Place &) { return Answer::Deliver; }
#else
Answer branch(const Place &place, const Place &) { return place.inserted ? Answer::DropForGood : Answer::Deliver; }
#endif

/// A landing pad raises again what it has seen.
Answer reraise(const Place &place, const Place &) { return place.inserted ? Answer::Drop : Answer::Deliver; }

/// A landing pad stands in front of a handler, or of none.
Answer handled(const Place &place, const Place &) {
  return place.unit == Place::kNone ? Answer::Drop : Answer::Deliver;
}

/// Where the running frame stands, for an event at the pad of what no handler covers.
Place runningPlace(const OffsetMap &offsets) {
  PyFrameObject *frame = PyEval_GetFrame(); // borrowed
  const int lasti = frame ? PyFrame_GetLasti(frame) : -1;
  return lasti < 0 ? Place() : offsets.originalOf(static_cast<uint32_t>(lasti) / kUnitBytes);
}

/// The unit that an argument of a callback says, or nothing.
std::optional<uint32_t> unitOf(PyObject *offset) {
  const long value = PyLong_CheckExact(offset) ? PyLong_AsLong(offset) : -1;
  return value < 0 ? std::nullopt : std::optional(static_cast<uint32_t>(value) / kUnitBytes);
}

/// `callback` is what the tool registered: it is bound as this function's self.
template <Answer (*answer)(const Place &, const Place &), bool hasDestination>
PyObject *filtered(PyObject *callback, PyObject *const *arguments, Py_ssize_t count) {
  const OffsetMap *offsets = count > kOffset && PyCode_Check(arguments[kCode])
                                 ? offsetsOf(reinterpret_cast<PyCodeObject *>(arguments[kCode]))
                                 : nullptr;
  if (!offsets) {
    PyErr_Clear();
    return PyObject_Vectorcall(callback, arguments, static_cast<size_t>(count), nullptr);
  }
  llvm::SmallVector<PyObject *, 4> changed(arguments, arguments + count); // borrowed
  auto placeAt = [&](Py_ssize_t index) {
    std::optional<uint32_t> unit = index < count ? unitOf(arguments[index]) : std::nullopt;
    return unit ? offsets->originalOf(*unit) : Place();
  };
  PyRef owners[kDestination + 1];
  auto change = [&](Py_ssize_t index, uint32_t unit) {
    if (unit == Place::kNone)
      return true;
    owners[index] = PyRef::steal(PyLong_FromLong(long(unit) * kUnitBytes));
    return (changed[static_cast<size_t>(index)] = owners[index].get()) != nullptr;
  };
  Place place = placeAt(kOffset);
  const Place target = hasDestination ? placeAt(kDestination) : Place();
  switch (answer(place, target)) {
  case Answer::Deliver:
    break;
  case Answer::Drop:
    Py_RETURN_NONE;
  case Answer::DropForGood:
    return Py_NewRef(disable);
  }
  if (place.unit == Place::kNone)
    place = runningPlace(*offsets);
  if (!change(kOffset, place.unit))
    return nullptr;
  if (hasDestination && !change(kDestination, leadsToStub(place, target) ? place.leap : target.onward))
    return nullptr;
  return PyObject_Vectorcall(callback, changed.data(), static_cast<size_t>(count), nullptr);
}

struct Filter {
  const char *event; ///< as sys.monitoring.events has it
  PyMethodDef method;
  long bit = 0; ///< 0: this version has no such event
};

template <Answer (*answer)(const Place &, const Place &), bool hasDestination = false>
Filter filter(const char *event) {
  auto function = reinterpret_cast<PyCFunction>(reinterpret_cast<void (*)()>(&filtered<answer, hasDestination>));
  return {event, {event, function, METH_FASTCALL, nullptr}};
}

Filter filters[] = {
    filter<always>("PY_START"),
    filter<always>("PY_RESUME"),
    filter<always>("PY_RETURN"),
    filter<always>("PY_YIELD"),
    filter<always>("PY_UNWIND"),
    filter<always>("PY_THROW"),
    filter<always>("CALL"),
    filter<always>("C_RETURN"),
    filter<always>("C_RAISE"),
    filter<always>("RAISE"),
    filter<always>("STOP_ITERATION"),
    filter<instruction>("INSTRUCTION"),
    filter<jump, true>("JUMP"),
    filter<branch, true>("BRANCH"),
    filter<branch, true>("BRANCH_LEFT"),
    filter<branch, true>("BRANCH_RIGHT"),
    filter<reraise>("RERAISE"),
    filter<handled>("EXCEPTION_HANDLED"),
};

Filter *filterFor(PyObject *event) {
  const long bit = PyLong_Check(event) ? PyLong_AsLong(event) : 0;
  for (Filter &each : filters)
    if (each.bit && each.bit == bit)
      return &each;
  PyErr_Clear();
  return nullptr;
}

/// What the tool registered, where CPython gives back what it was given.
PyRef unwrap(PyRef callback) {
  if (callback && PyCFunction_CheckExact(callback.get())) {
    const PyMethodDef *method = reinterpret_cast<PyCFunctionObject *>(callback.get())->m_ml;
    for (Filter &each : filters)
      if (method == &each.method)
        return PyRef::borrow(PyCFunction_GET_SELF(callback.get()));
  }
  return callback;
}

PyObject *registerCallback(PyObject *self, PyObject *const *arguments, Py_ssize_t count);
PatchedFunction registration("register_callback", registerCallback, METH_FASTCALL);

/// sys.monitoring.register_callback(tool_id, event, func)
PyObject *registerCallback(PyObject *self, PyObject *const *arguments, Py_ssize_t count) {
  Filter *found = count == 3 && arguments[2] != Py_None ? filterFor(arguments[1]) : nullptr;
  if (!found)
    return unwrap(PyRef::steal(registration.plain(self, arguments, count))).release();
  PyRef function = PyRef::steal(PyCFunction_New(&found->method, arguments[2]));
  if (!function)
    return nullptr;
  PyObject *changed[] = {arguments[0], arguments[1], function.get()};
  return unwrap(PyRef::steal(registration.plain(self, changed, count))).release();
}

PyObject *setLocalEvents(PyObject *self, PyObject *const *arguments, Py_ssize_t count);
PatchedFunction localEvents("set_local_events", setLocalEvents, METH_FASTCALL);

/// sys.monitoring.set_local_events(tool_id, code, event_set)
PyObject *setLocalEvents(PyObject *self, PyObject *const *arguments, Py_ssize_t count) {
  PyRef result = PyRef::steal(localEvents.plain(self, arguments, count));
  if (!result)
    return nullptr;
  PyRef rewritten;
  {
    StateLock lock;
    rewritten = lastRewrittenOf(reinterpret_cast<PyCodeObject *>(arguments[1]));
  }
  if (!rewritten)
    return result.release();
  PyObject *changed[] = {arguments[0], rewritten.get(), arguments[2]};
  return localEvents.plain(self, changed, count);
}

} // namespace

void carryLocalEvents(PyCodeObject *original, PyCodeObject *rewritten) {
#if PY_VERSION_HEX >= 0x030c0000
  if (!original->_co_monitoring || original == rewritten)
    return;
  PyObject *monitoring = PySys_GetObject("monitoring"); // borrowed
  constexpr int kTools = 6;
  for (int tool = 0; monitoring && tool != kTools; ++tool) {
    PyRef events = PyRef::steal(PyObject_CallMethod(monitoring, "get_local_events", "iO", tool, original));
    if (events && PyObject_IsTrue(events.get()) == 1)
      PyRef::steal(PyObject_CallMethod(monitoring, "set_local_events", "iOO", tool, rewritten, events.get()));
    PyErr_Clear(); // that is no tool's number now
  }
#else
  (void)original, (void)rewritten;
#endif
}

bool prepareMonitoring() {
  PyObject *monitoring = PySys_GetObject("monitoring"); // borrowed
  if (!monitoring || disable)
    return true;
  PyRef events = PyRef::steal(PyObject_GetAttrString(monitoring, "events"));
  PyRef disabled = PyRef::steal(PyObject_GetAttrString(monitoring, "DISABLE"));
  if (!events || !disabled)
    return false;
  for (Filter &each : filters) {
    PyRef bit = PyRef::steal(PyObject_GetAttrString(events.get(), each.event));
    if (bit)
      each.bit = PyLong_AsLong(bit.get());
    PyErr_Clear();
  }
  if (!registration.installFunction(monitoring) || !localEvents.installFunction(monitoring))
    return false;
  disable = disabled.release();
  return true;
}

} // namespace blockcov
