"""Pages of running text: Markdown files under ``content/pages``, each with its source and date."""

from flask import Flask


def register(app: Flask) -> None:
    from . import views

    app.register_blueprint(views.bp)
