"""The warm handover: a referral, its states, its timeline, and who is told what."""

from flask import Flask


def register(app: Flask) -> None:
    from ..accounts import start
    from . import (  # noqa: F401
        list_views,
        mails,
        models,
        permissions,
        step_views,
        team_views,
        undelivered,
        views,
        wording,
    )

    app.register_blueprint(views.bp)
    app.register_blueprint(undelivered.bp)
    app.jinja_env.globals.update(
        state_word=wording.state_word, says_elsewhere=wording.says_elsewhere
    )
    start.offer("referrals.index", permissions.Permission.LIST)
