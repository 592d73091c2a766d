"""A worker that only delivers, less patient than the shipped one, to be killed.

Usage: python -m tests.proofs.postman CLAIM MINUTE, both in seconds.
"""

import sys
import time
from datetime import timedelta

from socialmap import create_app
from socialmap.kit.mail import transport_for
from socialmap.kit.outbox import Pace, deliver_due


def pace(claim: float, minute: float) -> Pace:
    """As the shipped one, with so many seconds for a claim and for a minute of waiting."""
    waits = tuple(wait * minute / 60 for wait in Pace().waits)
    return Pace(claim=timedelta(seconds=claim), waits=waits)


def deliver_for_ever(pace: Pace) -> None:
    app = create_app()
    config = app.extensions["config"]
    with app.app_context():
        while True:
            deliver_due(transport_for(config.smtp_url, config.mail_dir, config.mail_from), pace)
            time.sleep(0.1)


if __name__ == "__main__":
    deliver_for_ever(pace(*map(float, sys.argv[1:])))
