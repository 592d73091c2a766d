"""Finding a service: Dutch analysis, the index, the question, filters with counts, the pages."""

from flask import Flask


def register(app: Flask) -> None:
    from . import mapping, related, views  # noqa: F401
    from .index import SearchIndex

    app.extensions["search"] = SearchIndex(app.extensions["config"].index_dir)
    app.register_blueprint(views.bp)
