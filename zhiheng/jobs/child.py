"""The child process that reads one foreign file: started by `foreign.read`, never imported by the application.

It gives itself limits before it sees a byte of the file, carries out one function, writes one answer to its standard
output and is gone. It knows nothing but the Python path and the request it is handed on standard input by its parent.
"""

import ctypes
import gc
import os
import pickle
import resource
import signal
import sys

_PR_SET_PDEATHSIG = 1


def _bound(memory: int, cpu: int) -> None:
    """No more memory, processor time, files written, open files or core dumps than said; and gone when the parent is."""
    resource.setrlimit(resource.RLIMIT_CPU, (cpu, cpu + 1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.nice(10)
    if sys.platform == "linux":
        # Elsewhere (macOS) the address space cannot be bounded, and the wall limit of the parent has to do.
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() == 1:
            os._exit(1)


def carried_out(request: dict) -> bytes:
    """The function of the request carried out: its value, or how it refused, pickled."""
    function = request["function"]
    module = __import__(function[0], fromlist=["*"])
    try:
        args = request["args"]
        if request["output"] is not None:
            args = (os.fdopen(request["output"], "wb", closefd=False), *args)
        kind, value = "value", getattr(module, function[1])(*args, **request["kwargs"])
        if request["output"] is not None:
            args[0].flush()
        return pickle.dumps((kind, value), protocol=5)
    except MemoryError:
        return pickle.dumps(("memory", ""))
    except RecursionError:
        return pickle.dumps(("nested", ""))
    except Exception as error:
        if type(error).__name__ not in request["raises"]:
            raise
        return pickle.dumps(("refused", (type(error).__name__, str(error))))


def main() -> None:
    answer = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever a library prints must not get into the answer
    request = pickle.load(sys.stdin.buffer)
    sys.path[:] = request["path"]
    _bound(request["memory"], request["cpu"])
    gc.disable()  # short-lived, and most of what it makes is millions of cells without cycles
    sys.setrecursionlimit(2000)
    told = carried_out(request)
    answer.write(told)
    answer.close()
    os._exit(0)  # taking millions of cells apart again would only cost time


if __name__ == "__main__":
    main()
