"""Finding a service: Dutch analysis, the index, the question, filters with counts, the pages."""

from flask import Flask


def register(app: Flask) -> None:
    from . import mapping, related, views  # noqa: F401
    from .filter_form import draw_filter_form
    from .index import SearchIndex
    from .listing import draw_ways

    app.extensions["search"] = SearchIndex(app.extensions["config"].index_dir)
    app.jinja_env.globals.update(draw_filter_form=draw_filter_form, draw_ways=draw_ways)
    app.register_blueprint(views.bp)
