"""Keeping the catalogue true: publishing is the only way in, for a file as for an editor."""

from flask import Flask


def register(app: Flask) -> None:
    from . import regions, setup, words

    setup.init_app(app)
    app.register_blueprint(setup.bp)
    app.register_blueprint(words.bp)
    app.register_blueprint(regions.bp)
