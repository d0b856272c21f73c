//===- deadly_signals.cc --------------------------------------------------===//
#include "importhook/deadly_signals.h"

#include "importhook/builtin_patch.h"

#include "llvm/ADT/STLExtras.h"

#include <atomic>
#include <cerrno>
#include <csignal>
#include <ctime>
#include <sys/syscall.h>
#include <unistd.h>

namespace blockcov {

namespace {

constexpr long kTick = 50'000'000;           ///< nanoseconds from one reminder to the next
constexpr int64_t kPatience = 1'000'000'000; ///< nanoseconds that the main thread has to come back from C

struct Deadly {
  int number;
  struct sigaction interpreters{}; ///< CPython's, which has the main thread run `handler`
};

Deadly deadly[] = {
    {SIGTERM},   {SIGHUP}, {SIGALRM}, {SIGVTALRM}, {SIGUSR1}, {SIGUSR2}, {SIGQUIT}, {SIGXCPU}, {SIGPOLL},
#ifdef SIGPWR
    {SIGPWR},
#endif
#ifdef SIGSTKFLT
    {SIGSTKFLT},
#endif
};

void (*recordAtEnd)();
PyObject *handler = nullptr;      ///< what CPython has for each; owned, for ever
std::atomic<pid_t> owner{0};      ///< the process in which Python code runs
std::atomic<int> timer{-1};       ///< the kernel's, of a signal that waits for the main thread; -1: none does
std::atomic<int> waiting{0};      ///< that signal
std::atomic<int64_t> deadline{0}; ///< of the main thread
static_assert(std::atomic<int>::is_always_lock_free && std::atomic<int64_t>::is_always_lock_free);

Deadly *find(long number) {
  auto found = llvm::find_if(deadly, [&](const Deadly &each) { return each.number == number; });
  return found == std::end(deadly) ? nullptr : found;
}

/// Async-signal-safe. In a handler the process ends when that returns.
void endByDefault(int number) {
  struct sigaction plain{};
  plain.sa_handler = SIG_DFL;
  sigaction(number, &plain, nullptr);
  raise(number);
}

/// Of the clock that timers take, in nanoseconds.
int64_t now() {
  timespec time{};
  clock_gettime(CLOCK_MONOTONIC, &time);
  return int64_t(time.tv_sec) * 1'000'000'000 + time.tv_nsec;
}

/// Has the kernel send the signal again and again: the first one may have come right
/// before the main thread began to wait for something, which it interrupts no more.
/// System calls, since the library's functions allocate.
bool remind(int number) {
  sigevent event{};
  event.sigev_notify = SIGEV_SIGNAL;
  event.sigev_signo = number;
  int made = -1;
  if (syscall(SYS_timer_create, CLOCK_MONOTONIC, &event, &made) != 0)
    return false;
  itimerspec when{};
  when.it_value.tv_nsec = when.it_interval.tv_nsec = kTick;
  waiting = number;
  deadline = now() + kPatience;
  timer = made;
  return syscall(SYS_timer_settime, made, 0, &when, nullptr) == 0;
}

void forgetReminder() {
  if (int made = timer.exchange(-1); made != -1)
    syscall(SYS_timer_delete, made);
}

/// Whether nobody else sent it: a timer, a thread that passes it on, faulthandler, which raises it anew.
bool isOwn(int number, const siginfo_t *info, pid_t process) {
  switch (info->si_code) {
  case SI_TIMER:
    return true;
  case SI_KERNEL: // a terminal's are the user's
    return number == SIGALRM || number == SIGVTALRM || number == SIGXCPU;
  case SI_TKILL:
  case SI_USER:
    return info->si_pid == process;
  default:
    return false;
  }
}

/// What the main thread waits in is interrupted, whichever thread the signal came to.
void passOn(int number, pid_t process) {
  if (syscall(SYS_gettid) != process)
    syscall(SYS_tgkill, process, process, number);
}

/// Has CPython's main thread run our `handler` when it is back from C.
void tell(int number, siginfo_t *info, void *context) {
  const struct sigaction &interpreters = find(number)->interpreters;
  if (interpreters.sa_flags & SA_SIGINFO)
    interpreters.sa_sigaction(number, info, context);
  else
    interpreters.sa_handler(number);
}

void onSignal(int number, siginfo_t *info, void *context) {
  const int error = errno;
  const pid_t process = getpid();
  if (process != owner) {
    endByDefault(number);
  } else if (timer != -1) {
    if (!isOwn(number, info, process) || now() >= deadline)
      endByDefault(waiting); // the first one, as it would without us
    else
      passOn(number, process);
  } else if (!remind(number)) {
    endByDefault(number);
  } else {
    tell(number, info, context);
    passOn(number, process);
  }
  errno = error;
}

/// handler(signum, frame)
PyObject *endNow(PyObject *, PyObject *const *arguments, Py_ssize_t count) {
  const long number = count ? PyLong_AsLong(arguments[0]) : -1;
  if (!find(number) ||
      timer == -1) // _thread.interrupt_main(number), which does nothing where the default action is in force
    return PyErr_Occurred() ? nullptr : Py_NewRef(Py_None);
  forgetReminder(); // the main thread is back
  recordAtEnd();
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, static_cast<int>(number));
  pthread_sigmask(SIG_UNBLOCK, &signals, nullptr);
  endByDefault(static_cast<int>(number));
  _exit(128 + static_cast<int>(number)); // not reached
}

PyMethodDef handlerMethod = {"end", reinterpret_cast<PyCFunction>(reinterpret_cast<void (*)()>(endNow)), METH_FASTCALL,
                             nullptr};

PyObject *setSignal(PyObject *self, PyObject *const *arguments, Py_ssize_t count);
PyObject *getSignal(PyObject *self, PyObject *number);
PatchedFunction setting("signal", setSignal, METH_FASTCALL);
PatchedFunction getting("getsignal", getSignal, METH_O);

/// Where there is nothing but the default action; with the GIL, in the main thread.
/// False with an error set.
bool handle(PyObject *module, Deadly &each) {
  PyRef number = PyRef::steal(PyLong_FromLong(each.number));
  PyObject *arguments[] = {number.get(), handler};
  if (!number || !PyRef::steal(setting.plain(module, arguments, 2)))
    return false;
  sigaction(each.number, nullptr, &each.interpreters);
  struct sigaction ours = each.interpreters;
  ours.sa_flags |= SA_SIGINFO;
  ours.sa_sigaction = onSignal;
  sigaction(each.number, &ours, nullptr);
  return true;
}

/// SIG_DFL in place of our handler.
PyObject *hidden(PyRef found) {
  return found.get() == handler ? PyLong_FromLong(reinterpret_cast<intptr_t>(SIG_DFL)) : found.release();
}

PyObject *getSignal(PyObject *self, PyObject *number) { return hidden(PyRef::steal(getting.plain(self, number))); }

PyObject *setSignal(PyObject *self, PyObject *const *arguments, Py_ssize_t count) {
  PyRef before = PyRef::steal(setting.plain(self, arguments, count));
  if (!before)
    return nullptr;
  if (Deadly *found = find(PyLong_AsLong(arguments[0]))) {
    forgetReminder();
    struct sigaction now{};
    if (sigaction(found->number, nullptr, &now) == 0 && now.sa_handler == SIG_DFL && !handle(self, *found))
      return nullptr;
  }
  return hidden(std::move(before));
}

} // namespace

bool watchDeadlySignals(void (*atEnd)()) {
  PyRef module = PyRef::steal(PyImport_ImportModule("_signal"));
  if (!module)
    return false;
  recordAtEnd = atEnd;
  handler = PyCFunction_New(&handlerMethod, nullptr);
  if (!handler || !setting.installFunction(module.get()) || !getting.installFunction(module.get()))
    return false;
  watchDeadlySignalsInChild();
  for (Deadly &each : deadly) {
    struct sigaction now{};
    if (sigaction(each.number, nullptr, &now) != 0 || (now.sa_flags & SA_SIGINFO) || now.sa_handler != SIG_DFL)
      continue;
    if (!handle(module.get(), each)) {
      if (!PyErr_ExceptionMatches(PyExc_ValueError))
        return false;
      PyErr_Clear(); // not the main thread
    }
  }
  return true;
}

void watchDeadlySignalsInChild() {
  timer = -1; // a child has none of its parent's
  owner = getpid();
}

} // namespace blockcov
