"""The warm handover: a referral, its states, its timeline, and who is told what."""

from flask import Flask


def register(app: Flask) -> None:
    from . import mails, models, permissions, step_views, views  # noqa: F401

    app.register_blueprint(views.bp)
