"""The compiled code that the extension keeps in the data directory: a run begins with what earlier ones compiled.

    .blockcov/code/<pid>-<random>.code
    .blockcov/code/<pid>-<random>.map       the maps of that run: a second name of a file in .blockcov/maps

`runtime/code_cache.h` and `runtime/map_store.h` write and read it. Here is what keeps it small: each process that meets
new code adds a file of each kind, and code of sources that changed since is never asked for again.
"""

import os

DIRECTORY = "code"
SUFFIXES = (".code", ".map")
MOST_BYTES = 512 << 20
MOST_FILES = 32


def trim(data_dir: str) -> None:
    """When there is too much, keep the largest file of each kind, or not even that; all of it can be made again."""
    files = _files(data_dir)
    if len(files) > MOST_FILES or sum(size for size, _ in files) > MOST_BYTES:
        for suffix in SUFFIXES:
            *smaller, (size, path) = sorted(each for each in files if each[1].endswith(suffix)) or [(0, "")]
            for _, other in smaller:
                _unlink(other)
            if size > MOST_BYTES // 2:
                _unlink(path)


def forget(data_dir: str) -> None:
    """Remove all of it, and the directory."""
    for _, path in _files(data_dir):
        _unlink(path)
    try:
        os.rmdir(os.path.join(data_dir, DIRECTORY))
    except OSError:
        pass  # not there, or something else lies in it


def _files(data_dir: str) -> list[tuple[int, str]]:
    """Sizes and paths."""
    try:
        with os.scandir(os.path.join(data_dir, DIRECTORY)) as entries:
            return [
                (entry.stat(follow_symlinks=False).st_size, entry.path)
                for entry in entries
                if entry.name.endswith(SUFFIXES)
            ]
    except OSError:
        return []


def _unlink(path: str) -> None:
    try:
        os.unlink(path)
    except OSError:
        pass
