"""The memory of a process that loaded something large."""

import ctypes
import gc


def settle() -> None:
    """Give back what loading took, and let the garbage collector leave alone what stays.

    To walk over that takes half a second. The C library keeps what was freed between
    what is still used, more than half of all at a hundred thousand services; glibc's
    ``malloc_trim`` gives it back, and another library that has no such function is left as it is.
    """
    gc.unfreeze()
    gc.collect()
    gc.freeze()
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
