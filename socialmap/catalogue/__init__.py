"""The services: what they are, for whom, when one can start, whom to call."""

from flask import Flask


def register(app: Flask) -> None:
    from . import mails, models, views  # noqa: F401
    from .vocabularies import labels
    from .wording import GOALS

    # Pages of running text stand above this room and show the names of themes and goals.
    app.jinja_env.globals.update(theme_labels=lambda: labels("themes"), goal_labels=lambda: GOALS)
    app.register_blueprint(views.bp)
