"""Who may do what: people, their roles in an organization or region, sessions, audit."""

from flask import Flask


def register(app: Flask) -> None:
    from . import away_views, gate, mails, models, sessions, views  # noqa: F401

    app.session_interface = sessions.RowSessions()
    gate.init_app(app)
    app.register_blueprint(views.bp)
