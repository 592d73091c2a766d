"""The thread in every serving process that keeps the node's index up to date.

All try to take the lock, one has it and writes; when that process dies another takes
over within half a second.
"""

import atexit
import threading
from datetime import date

from flask import Flask

from ..kit import clock
from ..kit.memory import settle
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
                    load(index, clock.today())
                    stop.wait(EVERY)
                load(index, clock.today())
        except Exception:
            # A database that is away must not end the thread: the next look may succeed.
            app.logger.exception("the index could not follow the database")
        stop.wait(EVERY)


def load(index: SearchIndex, today: date) -> None:
    """Have the newest generation ready, so that no visitor waits for it."""
    snapshot = index.load_ahead()
    if snapshot is None:
        return
    snapshot.warm(today)
    suggest.prepare(snapshot)
    agenda.prepare(snapshot, today)
    settle()
