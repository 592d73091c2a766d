"""The page that a small Flask site would have: SQLite's full text search, six facets in SQL.

gunicorn serves it; the file of ``plain_sqlite`` is named by ``PLAIN_CATALOGUE``.
"""

import os
import sqlite3
from threading import local

from flask import Flask, request

from . import plain_sqlite

app = Flask(__name__)
threads = local()

# Compiled once: a template that Flask is given as a string is compiled for every page.
PAGE = app.jinja_env.from_string("""<!DOCTYPE html>
<html lang="nl">
<head><meta charset="utf-8"><title>{{ question }}</title></head>
<body>
<form><input name="q" value="{{ question }}"><button>Zoek</button></form>
<p>{{ total }} gevonden</p>
{% for name, values in facets.items() %}
<h2>{{ name }}</h2>
<ul>
  {% for value, count in values | dictsort(by="value", reverse=true) %}
  <li><a href="?q={{ question | urlencode }}&amp;{{ name }}={{ value | urlencode }}">{{ value }}</a>
    ({{ count }})</li>
  {% endfor %}
</ul>
{% endfor %}
<ol>
  {% for service in services %}
  <li><a href="/{{ service.id }}">{{ service.name }}</a>: {{ service.organisation }},
    {{ service.municipality }}. {{ service.summary }}</li>
  {% endfor %}
</ol>
</body>
</html>
""")


@app.get("/")
def results() -> str:
    """The first 20 services of a question, and the counts of everything found."""
    question, connection = request.args.get("q", ""), _connection()
    facets = plain_sqlite.counts(connection, question)
    return PAGE.render(
        question=question,
        services=[dict(row) for row in plain_sqlite.best(connection, question, 20)],
        facets=facets,
        # Every service has one goal.
        total=sum(facets["goal"].values()),
    )


def _connection() -> sqlite3.Connection:
    """One for each thread."""
    if not hasattr(threads, "connection"):
        file = os.environ["PLAIN_CATALOGUE"]
        threads.connection = sqlite3.connect(f"file:{file}?mode=ro", uri=True)
        threads.connection.row_factory = sqlite3.Row
    return threads.connection
