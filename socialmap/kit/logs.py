"""The log: what went wrong and where, never what somebody wrote.

The message of an exception may hold values (a database tells the row that it refused), so
a trace ends with the kind of the error alone.
"""

import logging
import traceback


class WithoutValues(logging.Formatter):
    """Writes the frames and the kind of an error, not its message."""

    def formatException(self, ei) -> str:
        kind, _error, trace = ei
        return "".join(traceback.format_tb(trace)) + kind.__name__


def init() -> None:
    """Send warnings and worse to standard error. Safe to repeat."""
    root = logging.getLogger()
    if any(isinstance(handler.formatter, WithoutValues) for handler in root.handlers):
        return
    handler = logging.StreamHandler()
    handler.setFormatter(WithoutValues("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    root.addHandler(handler)
