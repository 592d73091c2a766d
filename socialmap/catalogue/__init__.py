"""The services: what they are, for whom, when one can start, whom to call."""

from flask import Flask


def register(app: Flask) -> None:
    from . import mails, models, views  # noqa: F401

    app.register_blueprint(views.bp)
