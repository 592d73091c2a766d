"""Pages of running text (``content/pages``) and good-practice cards (``content/praktijk``).

Both are Markdown files that say where their facts come from.
"""

from flask import Flask


def register(app: Flask) -> None:
    from . import views

    app.register_blueprint(views.bp)
