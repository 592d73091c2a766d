"""The warm handover: a referral, its states, its timeline, and who is told what."""

from flask import Flask


def register(app: Flask) -> None:
    from ..accounts import start
    from . import mails, models, permissions, views  # noqa: F401

    app.register_blueprint(views.bp)
    start.offer("referrals.index", permissions.Permission.LIST)
