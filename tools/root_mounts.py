"""What of this machine a command in the testing root sees: the checkout, /tmp, /dev, pip's configuration, ccache.

All of it is mounted in a mount namespace of the command's own, so it is as on the machine and never written down.
"""

from __future__ import annotations

import configparser
import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

_HOME = "/root"
_CERTIFICATES = "/etc/ssl/certs/ca-certificates.crt"
# Variables that name places of the machine, or that the environment of the root has values of its own for.
_OWN = re.compile(
    r"HOME|PATH|SHELL|PWD|OLDPWD|TMPDIR|USER|LOGNAME|LANGUAGE|LC_.*|CCACHE_DIR|XDG_.*|LD_.*|PYENV.*|VIRTUAL_ENV.*"
    r"|PYTHON.*|BASH_.*|CC|CXX|CPATH|LIBRARY_PATH|PKG_CONFIG_PATH|CMAKE_PREFIX_PATH|LLVM_DIR"
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


def mounts(root: Path, checkout: Path, build: Path) -> list[list[str]]:
    """The mount commands, in order, for the root directory `root`; creates in it what they mount on.

    `checkout` is visible under its own path; its directory build/ is there what `build`, relative to it, is outside.
    """
    (checkout / build).mkdir(parents=True, exist_ok=True)
    commands = [
        ["mount", "-t", "proc", "proc", str(root / "proc")],
        ["mount", "--rbind", "/dev", str(root / "dev")],
        ["mount", "--rbind", "/sys", str(root / "sys")],
    ]
    for source, target in [
        *_machine(),
        *((Path(place), place) for place in _git_directories(checkout)),
        (checkout, str(checkout)),
        (checkout / build, str(checkout / "build")),
    ]:
        if source.exists():
            inner = root / target.lstrip("/")
            _mount_point(source, inner)
            commands.append(["mount", "--bind", str(source), str(inner)])
    return commands


def _machine() -> Iterator[tuple[Path, str]]:
    """Directories and files of the machine, and their paths inside."""
    home = Path.home()
    cache = Path(os.environ.get("XDG_CACHE_HOME") or home / ".cache")
    config = Path(os.environ.get("XDG_CONFIG_HOME") or home / ".config")
    yield Path("/tmp"), "/tmp"
    for place in ("/etc/resolv.conf", "/etc/hosts", _CERTIFICATES, "/etc/pip.conf", "/etc/xdg/pip/pip.conf"):
        yield Path(place), place
    pip = [config / "pip" / "pip.conf", home / ".pip" / "pip.conf"]
    yield pip[0], f"{_HOME}/.config/pip/pip.conf"
    yield pip[1], f"{_HOME}/.pip/pip.conf"
    yield home / ".netrc", f"{_HOME}/.netrc"
    yield cache / "pip", f"{_HOME}/.cache/pip"
    yield _ccache(cache), f"{_HOME}/.cache/ccache"
    for place in sorted(_named_by_pip(["/etc/pip.conf", "/etc/xdg/pip/pip.conf", *map(str, pip)])):
        if place != _CERTIFICATES:
            yield Path(place), place


def _ccache(cache: Path) -> Path:
    """The directory of this machine's ccache, if it has one."""
    try:
        words = ["ccache", "--get-config", "cache_dir"]
        return Path(subprocess.run(words, capture_output=True, text=True, check=True).stdout.strip())
    except (OSError, subprocess.CalledProcessError):
        return cache / "ccache"


def _named_by_pip(files: list[str]) -> set[str]:
    """Files and directories that pip's configuration or the variables for certificates name: they must exist inside."""
    names = re.compile(r"PIP_.*|.*CA_BUNDLE.*|.*CERT_FILE|.*CERT_DIR|UV_.*")
    values = [value for name, value in os.environ.items() if names.fullmatch(name)]
    for name in [*files, os.environ.get("PIP_CONFIG_FILE", "")]:
        parser = configparser.RawConfigParser()
        try:
            parser.read(name)
        except (configparser.Error, UnicodeDecodeError):
            continue
        values += [value for section in parser.sections() for _, value in parser.items(section)]
    words = [word.removeprefix("file://") for value in values for word in value.split()]
    return {word for word in words if word.startswith("/") and word.rstrip("/") and Path(word).exists()}


def _git_directories(checkout: Path) -> list[str]:
    """Where git keeps a work tree's repository, if that is outside of it."""
    try:
        words = ["git", "rev-parse", "--path-format=absolute", "--git-common-dir"]
        done = subprocess.run(words, cwd=checkout, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return []
    place = done.stdout.strip()
    return [] if Path(place).is_relative_to(checkout) else [place]


def _mount_point(source: Path, inner: Path) -> None:
    if source.is_dir():
        inner.mkdir(parents=True, exist_ok=True)
        return
    inner.parent.mkdir(parents=True, exist_ok=True)
    if inner.is_symlink():
        inner.unlink()
    inner.touch()
