"""numba for the kernels of this package: started fast, its compiled code kept where it can be written.

Compiling takes some ten seconds and happens once per installation: `python -m zhiheng.screening.engine.jit` does it ahead
of the first user. What is compiled lies beside the sources, or where they cannot be written (an installation owned by
another user), in the data directory.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

if not os.access(Path(__file__).parent, os.W_OK):
    os.environ.setdefault(
        "NUMBA_CACHE_DIR", str(Path(os.environ.get("ZHIHENG_DATA_DIR", "var")).resolve() / "kernels")
    )


@contextmanager
def _unseen(*names: str) -> Iterator[None]:
    """numba loads these whenever they are installed, as they are for development: half a second none of our kernels needs."""
    hidden = [name for name in names if name not in sys.modules]
    sys.modules.update(dict.fromkeys(hidden))
    try:
        yield
    finally:
        for name in hidden:
            del sys.modules[name]


with _unseen("coverage", "scipy"):
    import numba.np.arraymath  # noqa: F401  # the first kernel loads it
    from numba import njit, types, uint64

__all__ = ["njit", "types", "uint64"]

if __name__ == "__main__":
    from . import run  # noqa: F401  # kernels are compiled, or found compiled, when their modules are loaded
