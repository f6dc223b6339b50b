"""Ports for programs that are told theirs before they start."""

import itertools
import os
import threading

from ports import is_free

# Below the range from which the kernel gives ports to clients, and beside that of tests/e2e.
LOWEST, HIGHEST = 10000, 20000

# Two runs at a time begin at places of their own.
_order = itertools.cycle(range(LOWEST, HIGHEST))
_candidates = itertools.islice(_order, os.getpid() * 97 % (HIGHEST - LOWEST), None)
_lock = threading.Lock()


def free_port() -> int:
    """One that nobody listens on, and that no other caller in this process has been given."""
    with _lock:
        return next(port for port in _candidates if is_free(port))
