"""What of this machine a command in the testing root sees: the checkout, /tmp, /dev, pip's configuration, ccache.

It is mounted in a mount namespace of the command's own. What configures the machine is mounted read-only, or a package
that is installed inside could change it. The bundle of certificates is copied instead: packages write it anew.
"""

from __future__ import annotations

import configparser
import functools
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

_HOME = "/root"
_CERTIFICATES = "/etc/ssl/certs/ca-certificates.crt"
# Variables that name places of the machine, or that the environment of the root has values of its own for.
_OWN = re.compile(
    r"HOME|PATH|SHELL|PWD|OLDPWD|TMPDIR|USER|LOGNAME|LANGUAGE|LC_.*|CCACHE_DIR|XDG_.*|LD_.*|PYENV.*|VIRTUAL_ENV.*"
    r"|PYTHON.*|BASH_.*|CC|CXX|CPATH|LIBRARY_PATH|PKG_CONFIG_PATH|CMAKE_PREFIX_PATH|LLVM_DIR"
)
# What of pip's configuration, and of the variables for certificates, may name files or directories.
_PIP_OPTIONS = ("find-links", "cert", "client-cert", "index-url", "extra-index-url", "constraint")
_PIP_VARIABLES = re.compile(
    r"PIP_(FIND_LINKS|CERT|CLIENT_CERT|INDEX_URL|EXTRA_INDEX_URL|CONSTRAINT|CONFIG_FILE)"
    r"|.*CA_BUNDLE|.*CERTS?_FILE|.*CERT_DIR"
)


def environment() -> dict[str, str]:
    """The variables of a command inside: this process's, without those that name places outside."""
    passed = {name: value for name, value in os.environ.items() if not _OWN.fullmatch(name)}
    own = {
        "HOME": _HOME,
        "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        "LANG": "C.UTF-8",
        "CCACHE_DIR": f"{_HOME}/.cache/ccache",
    }
    return {**passed, **own}


@functools.cache
def unshare() -> tuple[str, ...]:
    """The command that starts another in a mount namespace of its own; PermissionError where mounts are not allowed.

    In a plain chroot the propagation of mounts cannot be switched off, since `/` is no mount point there. Mounts may be
    made all the same if they do not reach this process's namespace.
    """
    reasons = []
    for words in (("unshare", "--mount"), ("unshare", "--mount", "--propagation", "unchanged")):
        with tempfile.TemporaryDirectory() as place:
            script = 'mount -t tmpfs none "$0" && : >"$0/mounted" && echo mounted && read line; umount "$0"'
            with subprocess.Popen(
                [*words, "sh", "-c", script, place],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            ) as child:
                assert child.stdout is not None
                mounted = child.stdout.readline() != ""
                leaked = (Path(place) / "mounted").exists()
                complaint = child.communicate("\n")[1].strip()
            if mounted and not leaked:
                return words
            reasons.append("mounts reach other processes" if leaked else complaint)
    raise PermissionError(f"this process may not mount: {reasons[-1]}")


def mounts(root: Path, checkout: Path, build: Path) -> list[list[str]]:
    """The mount commands, in order, for the root directory `root`; creates in it what they mount on.

    `checkout` is visible under its own path; its directory build/ is there what `build`, relative to it, is outside.
    """
    (checkout / build).mkdir(parents=True, exist_ok=True)
    _copy_certificates(root)
    commands = [
        ["mount", "-t", "proc", "proc", str(root / "proc")],
        ["mount", "--rbind", "/dev", str(root / "dev")],
        ["mount", "--rbind", "/sys", str(root / "sys")],
    ]
    writable = [
        *_caches(),
        *((place, str(place)) for place in _git_directories(checkout)),
        (checkout, str(checkout)),
        (checkout / build, str(checkout / "build")),
    ]
    for source, target in _configuration():
        commands += _bind(source, root, target, ["-o", "remount,bind,ro"])
    for source, target in writable:
        commands += _bind(source, root, target)
    return commands


def _bind(source: Path, root: Path, target: str, again: list[str] | None = None) -> list[list[str]]:
    """The commands that mount `source`, if it exists, as `target` inside, and mount it `again` with these options."""
    if not source.exists():
        return []
    inner = root / target.lstrip("/")
    if source.is_dir():
        inner.mkdir(parents=True, exist_ok=True)
    else:
        inner.parent.mkdir(parents=True, exist_ok=True)
        if inner.is_symlink():
            inner.unlink()
        inner.touch()
    change = [["mount", *again, str(inner)]] if again else []
    return [["mount", "--bind", str(source), str(inner)], *change]


def _copy_certificates(root: Path) -> None:
    target = root / _CERTIFICATES.lstrip("/")
    if Path(_CERTIFICATES).is_file():
        target.parent.mkdir(parents=True, exist_ok=True)
        fresh = target.with_name(f"{target.name}.{os.getpid()}")
        shutil.copyfile(_CERTIFICATES, fresh)
        fresh.replace(target)


def _configuration() -> Iterator[tuple[Path, str]]:
    """Files and directories of the machine that are only read, and their paths inside."""
    home = Path.home()
    user = Path(os.environ.get("XDG_CONFIG_HOME") or home / ".config") / "pip" / "pip.conf"
    for place in ("/etc/resolv.conf", "/etc/hosts", "/etc/pip.conf", "/etc/xdg/pip/pip.conf"):
        yield Path(place), place
    yield user, f"{_HOME}/.config/pip/pip.conf"
    yield home / ".pip" / "pip.conf", f"{_HOME}/.pip/pip.conf"
    yield home / ".netrc", f"{_HOME}/.netrc"
    for place in sorted(_named_by_pip(["/etc/pip.conf", "/etc/xdg/pip/pip.conf", user, home / ".pip" / "pip.conf"])):
        yield Path(place), place


def _caches() -> Iterator[tuple[Path, str]]:
    """Directories of the machine that are written too, and their paths inside."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    yield Path("/tmp"), "/tmp"
    yield cache / "pip", f"{_HOME}/.cache/pip"
    yield _ccache(cache), f"{_HOME}/.cache/ccache"


def _ccache(cache: Path) -> Path:
    """The directory of this machine's ccache, if it has one."""
    try:
        words = ["ccache", "--get-config", "cache_dir"]
        return Path(subprocess.run(words, capture_output=True, text=True, check=True).stdout.strip())
    except (OSError, subprocess.CalledProcessError):
        return cache / "ccache"


def _named_by_pip(files: list[str | Path]) -> set[str]:
    """Files and directories that pip's configuration or the variables for certificates name: they must exist inside."""
    values = [value for name, value in os.environ.items() if _PIP_VARIABLES.fullmatch(name)]
    for name in [*files, os.environ.get("PIP_CONFIG_FILE", "")]:
        parser = configparser.RawConfigParser()
        try:
            parser.read(name)
        except (configparser.Error, UnicodeDecodeError):
            continue
        for section in parser.sections():
            values += [value for option, value in parser.items(section) if option.lower() in _PIP_OPTIONS]
    words = [word.removeprefix("file://") for value in values for word in value.split()]
    own = ("/etc/ssl/certs", "/usr/lib/ssl/certs")  # the root has these, and the machine's bundle in them
    return {word for word in words if os.path.isabs(word) and not word.startswith(own)}


def _git_directories(checkout: Path) -> list[Path]:
    """Where git keeps a work tree's repository, if that is outside of it."""
    try:
        words = ["git", "rev-parse", "--path-format=absolute", "--git-common-dir"]
        done = subprocess.run(words, cwd=checkout, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return []
    place = Path(done.stdout.strip())
    return [] if place.is_relative_to(checkout) else [place]
