"""The warm handover: a referral, its states, its timeline, and who is told what."""

from flask import Flask


def register(app: Flask) -> None:
    from ..accounts import start
    from . import (  # noqa: F401
        gap_views,
        list_views,
        look_views,
        mails,
        models,
        permissions,
        question_views,
        receivers,
        step_views,
        summer_views,
        team_meeting_views,
        team_views,
        undelivered,
        views,
        wording,
    )

    app.register_blueprint(views.bp)
    app.register_blueprint(team_views.bp)
    app.register_blueprint(undelivered.bp)
    app.register_blueprint(gap_views.bp)
    app.jinja_env.globals.update(
        state_word=wording.state_word,
        says_elsewhere=wording.says_elsewhere,
        receiver_of=receivers.receiver_of,
    )
    start.offer("referrals.index", permissions.Permission.LIST)
