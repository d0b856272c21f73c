"""A small Debian system with the newest CPython releases, for tests of versions that this machine has not.

Debian's testing suite has them as packages. debootstrap installs the suite into a directory of the user's cache (2 GB,
a minute or two), which is kept and used again:

    ~/.cache/blockcov/forky      with $XDG_CACHE_HOME in place of ~/.cache, if that is set

A command inside sees this checkout under its own path, and everything there is as in any checkout, but that build/ is
build/forky: the libraries are built with the compiler and the LLVM of the suite. pip's configuration, ccache and /tmp
are those of the machine. The mounts belong to the command's own mount namespace and end with it.

    tools/py tools/testing_root.py make [--upgrade]        make the root, or bring it up to date
    tools/py tools/testing_root.py run COMMAND ARG..       run a command inside
    tools/py tools/testing_root.py free-threaded           build a free-threaded CPython inside, from Debian's sources
    tools/py tools/testing_root.py remove                  remove the root

Needs root rights, debootstrap (installed when missing) and, to make it, the network.
"""

from __future__ import annotations

import argparse
import fcntl
import hashlib
import os
import re
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import interpreters
import root_mounts

SUITE = "forky"
HERE = Path(__file__).resolve().parent
CHECKOUT = HERE.parent

# Written into the root when it is whole; a command that finds it at this path is running inside.
STAMP = Path("/etc/blockcov-testing-root")

# How a message says that a version cannot be run; the reason follows.
ABSENT = "not on this machine, and the testing root cannot be made"

_SCRIPTS = Path("/usr/share/debootstrap")
_INTERPRETER_PACKAGES = ("python{}", "python{}-dev", "python{}-venv", "libpython{}-testsuite")
# What the installation inside needs before install_deps.sh can run there, the compiler's cache, and for bench/ a pip.
_BASE_PACKAGES = ("ca-certificates", "ccache", "make", "python3-pip")
_VERSION = re.compile(r"(?:python)?3\.(\d+)(?:\.\d+)?(t?)")  # the minor version, and whether the build is free-threaded
_LONGEST = 3600  # seconds that one step of the installation may take


class TestingRootError(interpreters.UnusableError):
    """str() says why the root cannot be made or used."""

    __test__ = False  # pytest: not a class of tests


def path() -> Path:
    """Where the root is, or would be."""
    cache = os.environ.get("XDG_CACHE_HOME") or ""
    base = Path(cache) if os.path.isabs(cache) else Path.home() / ".cache"
    return base / "blockcov" / SUITE


def inside() -> bool:
    """Whether this process runs in a testing root."""
    return STAMP.exists()


def minors() -> list[tuple[int, int]]:
    """The minor versions of CPython that the root has, oldest first; none if there is no root."""
    names = [each.name for each in (path() / "usr" / "bin").glob("python3.*")]
    found = {match[1] for name in names if (match := re.fullmatch(r"python3\.(\d+)", name))}
    return sorted((3, int(minor)) for minor in found)


def make(upgrade: bool = False) -> Path:
    """The root, made if it is missing, with progress on stderr; TestingRootError when that is not possible.

    `upgrade` brings one that was there to the suite's present state.
    """
    if inside():
        raise TestingRootError("this is the testing root")
    _check_rights()
    root = path()
    with _lock(root):
        if not _stamp(root):
            _install(root)
        elif upgrade or _stamp(root) != _wanted():
            _progress("bringing the packages up to date")
            if upgrade:
                _apt(root, "update")
                _apt(root, "dist-upgrade", "-y")
            _complete(root)
    return root


def ready() -> bool:
    """Whether the root is there, with all that this checkout wants in it."""
    return _stamp(path()) == _wanted()


def command(words: Sequence[str | Path], root: Path | None = None) -> list[str]:
    """A command that runs `words` inside, to be started with root_mounts.environment().

    It runs in the present directory if that is in this checkout, else in the checkout's. `root` is one that is still
    being made. What is mounted on exists in it afterwards, as empty directories and files.
    """
    where = root or path()
    mounts = root_mounts.mounts(where, CHECKOUT, Path("build") / SUITE)
    script = "\n".join(shlex.join(mount) for mount in mounts)
    directory = Path.cwd() if Path.cwd().is_relative_to(CHECKOUT) else CHECKOUT
    enter = ["chroot", str(where), "sh", "-c", 'cd "$0" && exec "$@"', str(directory), *map(str, words)]
    return [*root_mounts.unshare(), "sh", "-euc", f"{script}\nexec {shlex.join(enter)}"]


def run(words: Sequence[str | Path]) -> int:
    """Runs `words` inside, in this checkout, making the root first if need be; returns the status."""
    make()
    return subprocess.run(command(words), env=root_mounts.environment(), check=False).returncode


def run_instead(names: Sequence[str]) -> None:
    """Runs this very command inside, in place of this process, if `names` are versions that only the root has.

    `names` are what the user gave as --python. Returns if the machine has them all; TestingRootError if it has some.
    """
    missing = [] if inside() else [name for name in names if needed(name)]
    if not missing:
        return
    if len(missing) < len(names):
        raise TestingRootError(f"{', '.join(missing)}: only in the testing root; give the others in a run of their own")
    try:
        make()
    except TestingRootError as error:
        raise TestingRootError(f"{', '.join(missing)}: {ABSENT}: {error}") from None
    words: list[str | Path] = [HERE / "py", Path(sys.argv[0]).resolve(), *sys.argv[1:]]
    _progress(f"running inside {path()}, where build/ is build/{SUITE}")
    sys.stdout.flush()
    os.execvpe("unshare", command(words), root_mounts.environment())


def has(name: str) -> bool:
    """Whether the root has version `name`, such as 3.14, python3.14 or the free-threaded 3.14t."""
    match = _VERSION.fullmatch(name)
    places = (path() / "usr" / "bin", path() / "usr" / "local" / "bin")
    return match is not None and any(os.path.lexists(each / f"python3.{match[1]}{match[2]}") for each in places)


def needed(name: str) -> bool:
    """Whether `name` is a supported version, such as 3.14, python3.14 or 3.14t, that this machine has not."""
    match = _VERSION.fullmatch(name)
    if match is None or (3, int(match[1])) not in interpreters.SUPPORTED:
        return False
    try:
        interpreters.named(name)
    except interpreters.UnusableError:
        return True
    return False


def remove() -> None:
    """Removes the root."""
    _check_rights()
    root = path()
    with _lock(root):
        shutil.rmtree(root, ignore_errors=True)
        shutil.rmtree(_unfinished(root), ignore_errors=True)


def _progress(text: str) -> None:
    print(f"testing root: {text}", file=sys.stderr, flush=True)


def _stamp(root: Path) -> str:
    """The stamp of a root that is whole; nothing of another."""
    try:
        return (root / STAMP.relative_to("/")).read_text(encoding="utf-8")
    except OSError:
        return ""


def _wanted() -> str:
    """The stamp of a root that has what this checkout wants."""
    lists = repr((_BASE_PACKAGES, _INTERPRETER_PACKAGES, (HERE / "install_deps.sh").read_text(encoding="utf-8")))
    return f"made by blockcov's tools/testing_root.py, packages {hashlib.sha256(lists.encode()).hexdigest()[:16]}\n"


def _unfinished(root: Path) -> Path:
    return root.with_name(f"{root.name}.unfinished")


def _check_rights() -> None:
    if os.geteuid() != 0:
        raise TestingRootError("installing a Debian system takes root rights (sudo make ...)")
    for tool in ("unshare", "mount", "chroot"):
        if shutil.which(tool) is None:
            raise TestingRootError(f"{tool} is not in PATH")
    try:
        root_mounts.unshare()
    except PermissionError as error:
        raise TestingRootError(str(error)) from None


@contextmanager
def _lock(root: Path) -> Iterator[None]:
    """One process at a time makes, changes or removes the root."""
    root.parent.mkdir(parents=True, exist_ok=True)
    with open(root.with_name(f"{root.name}.lock"), "w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            _progress("waiting for another process that makes it")
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _install(root: Path) -> None:
    """Makes the root under another name and renames it when it is whole."""
    start = time.monotonic()
    place = _unfinished(root)
    shutil.rmtree(place, ignore_errors=True)
    shutil.rmtree(root, ignore_errors=True)
    _progress(f"installing Debian's testing suite ({SUITE}) in {root}")
    _output(HERE / "install_deps.sh", "root")
    try:
        _debootstrap(place)
        _complete(place)
        place.rename(root)
    finally:
        shutil.rmtree(place, ignore_errors=True)
    versions = ", ".join("{}.{}".format(*minor) for minor in minors())
    _progress(f"ready after {time.monotonic() - start:.0f} s, with CPython {versions}")


def _debootstrap(place: Path) -> None:
    """The base system. A debootstrap that is older than the suite installs it as it does `sid`."""
    scripts = place.with_name(f"{place.name}.debootstrap")
    shutil.rmtree(scripts, ignore_errors=True)
    shutil.copytree(_SCRIPTS, scripts, symlinks=True)
    try:
        if not (scripts / "scripts" / SUITE).exists():
            (scripts / "scripts" / SUITE).symlink_to("sid")
        variables = {**os.environ, **_apt_proxy(), "DEBOOTSTRAP_DIR": str(scripts)}
        words = ["debootstrap", "--variant=minbase", "--force-check-gpg", SUITE, str(place), *_mirror()]
        # It mounts /proc and /sys, and would leave them behind if it were broken off.
        _output(*root_mounts.unshare(), *words, variables=variables, name="debootstrap")
    finally:
        shutil.rmtree(scripts, ignore_errors=True)


def _complete(root: Path) -> None:
    """Interpreters, compiler and libraries into a root that has the base system; it is whole then."""
    (root / "etc/apt/apt.conf.d/90blockcov").write_text(_apt_settings(), encoding="utf-8")
    _apt(root, "update")
    names = set(_inside(root, "apt-cache", "pkgnames", "python3.").split())
    names |= set(_inside(root, "apt-cache", "pkgnames", "libpython3.").split())
    minors = sorted(int(match[1]) for name in names if (match := re.fullmatch(r"python3\.(\d+)", name)))
    packages = [[name.format(f"3.{minor}") for name in _INTERPRETER_PACKAGES] for minor in minors]
    wanted = [name for group in packages if names.issuperset(group) for name in group]
    interpreters = [name for name in wanted if "-" not in name]
    _progress(f"installing {', '.join(interpreters)}, a compiler and LLVM")
    _apt(root, "install", "-y", *_BASE_PACKAGES, *wanted)
    _inside(root, HERE / "install_deps.sh", "build", "test", "bench")
    _apt(root, "clean")
    (root / STAMP.relative_to("/")).write_text(_wanted(), encoding="utf-8")


def _inside(root: Path, *words: str | Path) -> str:
    """What a command prints in a root that is being made."""
    variables = {**root_mounts.environment(), "DEBIAN_FRONTEND": "noninteractive"}
    return _output(*command(words, root), variables=variables, name=Path(words[0]).name)


def _apt(root: Path, *words: str) -> None:
    options = ["-qq", "-o", "Dpkg::Use-Pty=0", "-o", "APT::Install-Recommends=false"]
    _inside(root, "apt-get", *options, *words)


def _output(*words: str | Path, variables: Mapping[str, str] | None = None, name: str = "") -> str:
    """What a command prints; TestingRootError with what it complained of if it fails."""
    shown = name or Path(words[0]).name
    try:
        done = subprocess.run(
            words,
            env=variables,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=_LONGEST,
        )
    except OSError as error:
        raise TestingRootError(f"{shown} cannot be run: {error.strerror}") from None
    except subprocess.TimeoutExpired:
        raise TestingRootError(f"{shown} did not end within {_LONGEST} s") from None
    if done.returncode == 0:
        return done.stdout
    lines = [line.strip() for line in (done.stderr + done.stdout).splitlines() if line.strip()]
    complaints = [line for line in lines if line.startswith(("E:", "W:", "Err:"))] or lines[-2:]
    raise TestingRootError(f"{shown}: {'; '.join(complaints[:2]) or f'status {done.returncode}'}")


def _mirror() -> list[str]:
    """The mirror that this machine's apt takes Debian from; none, for debootstrap's default, if it takes none."""
    form = "$(ORIGIN)|$(LABEL)|$(COMPONENT)|$(REPO_URI)"
    for line in _if_there("apt-get", "indextargets", "--format", form, "Created-By: Packages").splitlines():
        origin, label, component, uri = line.split("|", 3)
        if (origin, label, component) == ("Debian", "Debian", "main") and uri.startswith(("http:", "https:")):
            return [uri]
    return []


def _apt_settings() -> str:
    """How this machine's apt reaches its mirror: proxies, certificates and the like, for the apt inside."""
    wanted = ("Acquire::http", "Acquire::https", "Acquire::Check-", "Acquire::Retries", "Acquire::ForceIPv")
    lines = _if_there("apt-config", "dump", "Acquire").splitlines()
    return "".join(f"{line}\n" for line in lines if line.startswith(wanted))


def _apt_proxy() -> dict[str, str]:
    """The proxy of this machine's apt, for debootstrap, unless the environment names one."""
    match = re.search(r'^Acquire::http::Proxy "(\w+://.*)";$', _apt_settings(), re.MULTILINE | re.IGNORECASE)
    return {"http_proxy": match[1]} if match and "http_proxy" not in os.environ else {}


def _if_there(*words: str) -> str:
    """What a command prints; nothing where it does not exist or fails."""
    try:
        return _output(*words)
    except TestingRootError:
        return ""


def main() -> int:
    """Carries out one of the commands; the status of the command that was run."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    maker = commands.add_parser("make", help="make the root, unless it is there")
    maker.add_argument("--upgrade", action="store_true", help="bring one that is there up to date")
    runner = commands.add_parser("run", help="run a command inside")
    runner.add_argument("words", nargs=argparse.REMAINDER, metavar="COMMAND ARG..")
    builder = commands.add_parser("free-threaded", help="build a free-threaded CPython inside, as /opt/python3.NNt")
    builder.add_argument("version", nargs="?", default="3.14", metavar="3.NN", help="default: 3.14")
    builder.add_argument("--jobs", type=int, default=2, metavar="N", help="compilers at a time (default: 2)")
    builder.add_argument("--thread-sanitizer", action="store_true", help="as /opt/python3.NNt-tsan, for `make tsan`")
    commands.add_parser("remove", help="remove the root")
    options = parser.parse_args()
    try:
        match options.command:
            case "make":
                print(make(options.upgrade))
            case "run":
                return run(options.words or ["bash"])
            case "free-threaded":
                sanitizer = ["--thread-sanitizer"] if options.thread_sanitizer else []
                return run([HERE / "free_threaded.sh", "--jobs", str(options.jobs), *sanitizer, options.version])
            case "remove":
                remove()
    except TestingRootError as error:
        print(f"testing_root.py: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
