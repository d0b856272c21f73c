"""Counts the instructions that this thread executes in user mode, by the processor's own counter (Linux)."""

from __future__ import annotations

import ctypes
import os
import struct

_PERF_EVENT_OPEN = {"x86_64": 298, "aarch64": 241}
_HARDWARE, _INSTRUCTIONS = 0, 1
_EXCLUDE_KERNEL_AND_HYPERVISOR = 1 << 5 | 1 << 6


class Instructions:
    """A counter that runs from the beginning. Raises OSError where there is none or it may not be used."""

    def __init__(self) -> None:
        number = _PERF_EVENT_OPEN.get(os.uname().machine)
        if number is None:
            raise OSError(f"the number of perf_event_open on {os.uname().machine} is not known here")
        size = 112  # of struct perf_event_attr: type, size, config, period, sample type, read format, flags, ...
        attributes = struct.pack("=IIQQQQQ", _HARDWARE, size, _INSTRUCTIONS, 0, 0, 0, _EXCLUDE_KERNEL_AND_HYPERVISOR)
        libc = ctypes.CDLL(None, use_errno=True)
        self._fd: int = libc.syscall(number, attributes.ljust(size, b"\0"), 0, -1, -1, 0)
        if self._fd < 0:
            raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))

    def read(self) -> int:
        """How many so far."""
        return int.from_bytes(os.read(self._fd, 8), "little")
