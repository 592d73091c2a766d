"""What happens without a visitor: a list of named jobs, each in transactions of its own."""

import signal
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from flask import Flask

from .accounts import absences, sessions, throttle
from .kit import clock
from .kit.database import transaction
from .kit.mail import clear_old_files, transport_for
from .kit.outbox import deliver_due, erase_old_texts
from .referrals import gaps, reminders, summer_deeds
from .referrals import operations as referrals
from .search import counts


@dataclass(frozen=True)
class Job:
    """Something to do every so many seconds."""

    name: str
    every: float
    run: Callable[[Flask], object]


def deliver(app: Flask) -> int:
    config = app.extensions["config"]
    return deliver_due(transport_for(config.smtp_url, config.mail_dir, config.mail_from))


def tidy_up(app: Flask) -> None:
    """Sessions, failures, absences that ended, and mail that nobody needs any more."""
    with transaction():
        erase_old_texts(now=clock.now())
        sessions.clear_ended(clock.now())
        throttle.clear_old(clock.now())
        absences.clear_ended(clock.today())
    clear_old_files(app.extensions["config"].mail_dir, clock.now())


def discard_old_drafts(_app: Flask) -> None:
    with transaction():
        referrals.discard_old_drafts(now=clock.now())


def erase_after_retention(_app: Flask) -> None:
    with transaction():
        referrals.erase_after_retention(now=clock.now())
    with transaction():
        summer_deeds.end_season(now=clock.now())


def remind(_app: Flask) -> None:
    reminders.remind_due(now=clock.now())


def remind_of_summer(_app: Flask) -> None:
    summer_deeds.remind_schools(now=clock.now())


def erase_old_counts(_app: Flask) -> None:
    with transaction():
        counts.erase_old(clock.today())
        gaps.erase_old(now=clock.now())


JOBS = (
    Job("deliver", 1, deliver),
    Job("tidy up", 600, tidy_up),
    Job("discard old drafts", 3600, discard_old_drafts),
    Job("erase after retention", 3600, erase_after_retention),
    Job("remind", 3600, remind),
    Job("remind of summer", 3600, remind_of_summer),
    Job("erase old counts", 3600, erase_old_counts),
)


def run_once(app: Flask) -> None:
    """Do every job once; a job that fails raises."""
    with app.app_context():
        for job in JOBS:
            job.run(app)


def run(app: Flask) -> None:
    """Work until a signal says stop. A job that fails is logged and tried again later."""
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_args: stop.set())
    due = dict.fromkeys(JOBS, 0.0)
    while not stop.is_set():
        for job in JOBS:
            if time.monotonic() < due[job] or stop.is_set():
                continue
            due[job] = time.monotonic() + job.every
            try:
                with app.app_context():
                    job.run(app)
            except Exception:
                app.logger.exception("job %s failed", job.name)
        stop.wait(0.5)
