"""The warm handover: a referral, its states, its timeline, and who is told what."""

from flask import Flask


def register(app: Flask) -> None:
    from ..accounts import start
    from . import list_views, mails, models, permissions, views, wording  # noqa: F401

    app.register_blueprint(views.bp)
    app.jinja_env.globals.update(
        state_word=wording.state_word, says_elsewhere=wording.says_elsewhere
    )
    start.offer("referrals.index", permissions.Permission.LIST)
