"""The thread in every serving process that keeps the node's index up to date.

All try to take the lock, one has it and writes; when that process dies another takes
over within half a second.
"""

import atexit
import gc
import threading

from flask import Flask

from ..kit import clock
from . import agenda, counts, suggest
from .index import SearchIndex

EVERY = 0.5
"""Seconds between two looks at the change table."""


EVERY_COUNT = 10.0
"""Seconds after which the words that were searched are written."""


def start(app: Flask) -> threading.Event:
    """Follow until the returned event is set or the process ends."""
    stop = threading.Event()
    threading.Thread(target=_follow, args=(app, stop), daemon=True, name="index").start()
    threading.Thread(target=_write_counts, args=(app, stop), daemon=True, name="counts").start()
    atexit.register(_flush, app)
    return stop


def _write_counts(app: Flask, stop: threading.Event) -> None:
    while not stop.wait(EVERY_COUNT):
        _flush(app)


def _flush(app: Flask) -> None:
    try:
        with app.app_context():
            counts.flush(clock.today())
    except Exception:
        # They wait in memory, and the next time may succeed.
        app.logger.exception("the searched words could not be counted")


def _follow(app: Flask, stop: threading.Event) -> None:
    index = app.extensions["search"]
    while not stop.is_set():
        try:
            with app.app_context(), index.writing() as ours:
                while ours and not stop.is_set():
                    index.catch_up()
                    _load(index)
                    stop.wait(EVERY)
                _load(index)
        except Exception:
            # A database that is away must not end the thread: the next look may succeed.
            app.logger.exception("the index could not follow the database")
        stop.wait(EVERY)


def _load(index: SearchIndex) -> None:
    """Have the newest generation ready, so that no visitor waits for it."""
    snapshot, today = index.load_ahead(), clock.today()
    if snapshot is None:
        return
    snapshot.warm(today)
    suggest.prepare(snapshot)
    agenda.prepare(snapshot, today)
    _settle()


def _settle() -> None:
    """Let the garbage collector leave alone what stays: to walk over it takes half a second."""
    gc.unfreeze()
    gc.collect()
    gc.freeze()
