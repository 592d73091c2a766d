"""Other search engines, to compare with.

A factory takes the catalogue in the flat form and returns a search. One whose library or
server is not there raises ``NotHere`` with a line that says so.

- ``fts5_trigram``: SQLite's full text search, any trigram of the query; the best plain peer
- ``postgres_or_trgm``: PostgreSQL's ``dutch`` with pg_trgm
- ``tantivy_or``: tantivy with a Dutch stemmer
- ``xapian_or_spell``: Xapian with a Dutch stemmer and spelling correction

``plain_sqlite`` holds one more, for speed, that counts facets too.
"""

import atexit
import importlib
import os
import re
import sqlite3
import sys
from collections.abc import Callable, Iterable
from tempfile import TemporaryDirectory
from typing import Any
from weakref import finalize

import psycopg

Catalogue = list[dict[str, Any]]

Search = Callable[[str, int], Iterable[str]]
"""A question and how many ids are wanted; the ids, best first."""

FIELDS = [
    "name", "organisation", "summary", "themes", "target_groups", "municipality", "levels",
    "description", "admission", "intake", "contact_role",
]  # fmt: skip
WEIGHT = {
    "name": 5, "organisation": 2, "summary": 3, "themes": 3, "target_groups": 2, "municipality": 2,
    "levels": 1, "description": 1, "admission": 0.5, "intake": 0.3, "contact_role": 1,
}  # fmt: skip
STOP = {
    "de", "het", "een", "en", "of", "van", "in", "op", "te", "voor", "met", "naar", "maar", "zijn",
    "ik", "is", "die", "dat", "aan", "om", "als", "bij", "niet", "wil", "iets", "geen", "uit", "je",
    "zich",
}  # fmt: skip


class NotHere(Exception):
    """An engine that is not installed or does not run."""


def _library(name: str) -> Any:
    """An outside library that the project does not need itself."""
    try:
        return importlib.import_module(name)
    except ImportError:
        raise NotHere(f"the Python library {name} is not installed") from None


def flat(service: dict[str, Any]) -> dict[str, str]:
    """The fields that are searched, each as one text."""
    values = {field: service[field] for field in FIELDS}
    return {f: " ".join(v) if isinstance(v, list) else v for f, v in values.items()}


def words(question: str) -> list[str]:
    """The words of a question without the commonest ones, unless there are no others."""
    found = re.findall(r"\w+", question.lower())
    return [word for word in found if word not in STOP] or found


def _any_of(wanted: Iterable[str]) -> str:
    return " OR ".join(f'"{word}"' for word in wanted)


def any_word(question: str) -> str:
    """The question to SQLite for services with any of the words; a sign of no word finds none."""
    return _any_of(words(question)) or '""'


def any_trigram(question: str) -> str:
    """The same for any three letters that follow each other in a word."""
    grams = {word[i : i + 3] for word in words(question) for i in range(len(word) - 2)}
    return _any_of(sorted(grams)) or '""'


def fts5_trigram(catalogue: Catalogue) -> Search:
    """Best plain peer on quality: any of the query's letter trigrams, ranked by BM25."""
    connection = sqlite3.connect(":memory:")
    columns = ", ".join(FIELDS)
    connection.execute(
        f"CREATE VIRTUAL TABLE t USING fts5(id UNINDEXED, {columns}, tokenize='trigram')"
    )
    insert = f"INSERT INTO t VALUES(?{', ?' * len(FIELDS)})"
    connection.executemany(insert, ([s["id"], *flat(s).values()] for s in catalogue))
    weights = ", ".join(["0", *(str(WEIGHT[field]) for field in FIELDS)])
    # Built of the weights above only.
    select = f"SELECT id FROM t WHERE t MATCH ? ORDER BY bm25(t, {weights}) LIMIT ?"  # noqa: S608

    def search(question: str, k: int) -> list[str]:
        return [row[0] for row in connection.execute(select, (any_trigram(question), k))]

    finalize(search, connection.close)
    return search


def tantivy_or(catalogue: Catalogue) -> Search:
    """tantivy with a Dutch stemmer, any of the words."""
    tantivy = _library("tantivy")
    schema = tantivy.SchemaBuilder()
    schema.add_text_field("id", stored=True, tokenizer_name="raw")
    for field in FIELDS:
        schema.add_text_field(field, tokenizer_name="nl")
    index = tantivy.Index(schema.build())
    index.register_tokenizer("nl", _dutch(tantivy))
    writer = index.writer(heap_size=64_000_000, num_threads=1)
    for service in catalogue:
        writer.add_document(tantivy.Document(id=service["id"], **flat(service)))
    writer.commit()
    writer.wait_merging_threads()
    index.reload()

    def search(question: str, k: int) -> list[str]:
        query, _errors = index.parse_query_lenient(" ".join(words(question)), FIELDS)
        searcher = index.searcher()
        return [searcher.doc(place)["id"][0] for _score, place in searcher.search(query, k).hits]

    return search


def _dutch(tantivy: Any) -> Any:
    builder = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
    for step in (
        tantivy.Filter.lowercase(),
        tantivy.Filter.stopword("dutch"),
        tantivy.Filter.stemmer("dutch"),
        tantivy.Filter.ascii_fold(),
    ):
        builder = builder.filter(step)
    return builder.build()


DEBIAN = "/usr/lib/python3/dist-packages"
"""Xapian's library comes with the system only; it fits when our Python is the system's too."""


def xapian_or_spell(catalogue: Catalogue) -> Search:
    """Xapian with a Dutch stemmer; a corrected spelling tops up a short list."""
    if DEBIAN not in sys.path:
        sys.path.append(DEBIAN)
    xapian = _library("xapian")
    folder = TemporaryDirectory(prefix="socialmap-xapian-")
    atexit.register(folder.cleanup)
    database = xapian.WritableDatabase(f"{folder.name}/db", xapian.DB_CREATE_OR_OVERWRITE)
    _fill_xapian(xapian, database, catalogue)
    stopper = xapian.SimpleStopper()
    for word in STOP:
        stopper.add(word)
    parser = xapian.QueryParser()
    parser.set_stemmer(xapian.Stem("dutch"))
    parser.set_stemming_strategy(xapian.QueryParser.STEM_SOME)
    parser.set_database(database)
    parser.set_stopper(stopper)
    flags = xapian.QueryParser.FLAG_DEFAULT | xapian.QueryParser.FLAG_SPELLING_CORRECTION

    def ask(question: str, k: int) -> list[str]:
        enquire = xapian.Enquire(database)
        enquire.set_query(parser.parse_query(question, flags))
        return [match.document.get_data().decode() for match in enquire.get_mset(0, k)]

    def search(question: str, k: int) -> list[str]:
        found = ask(question, k)
        better = parser.get_corrected_query_string()
        more = ask(better, k) if better and len(found) < k else []
        return [*found, *(id_ for id_ in more if id_ not in found)][:k]

    # The parser does not hold its stopper: without this it would be gone.
    search.stopper = stopper  # type: ignore[attr-defined]
    return search


def _fill_xapian(xapian: Any, database: Any, catalogue: Catalogue) -> None:
    generator = xapian.TermGenerator()
    generator.set_stemmer(xapian.Stem("dutch"))
    generator.set_database(database)
    generator.set_flags(xapian.TermGenerator.FLAG_SPELLING)
    for service in catalogue:
        document = xapian.Document()
        generator.set_document(document)
        for field, text in flat(service).items():
            generator.index_text(text, max(1, int(WEIGHT[field])))
            generator.increase_termpos()
        document.set_data(service["id"])
        database.add_document(document)
    database.commit()


POSTGRES = "SOCIALMAP_TEST_POSTGRES"

PG_FILL = """
UPDATE svc SET
  trg = lower(name||' '||organisation||' '||summary||' '||themes||' '||municipality),
  tsv = setweight(to_tsvector('dutch', name), 'A')
    || setweight(to_tsvector('dutch',
        summary||' '||themes||' '||target_groups||' '||municipality||' '||organisation), 'B')
    || setweight(to_tsvector('dutch', description||' '||contact_role||' '||levels), 'C')
    || setweight(to_tsvector('dutch', admission||' '||intake), 'D')
"""
PG_SEARCH = """
SELECT id FROM svc, (SELECT replace(plainto_tsquery('dutch', %s)::text, '&', '|')::tsquery AS q) x
WHERE tsv @@ q ORDER BY ts_rank('{0.1,0.3,0.6,1.0}', tsv, q) DESC LIMIT %s
"""
PG_SIMILAR = """
SELECT id FROM svc WHERE %s <%% trg ORDER BY word_similarity(%s, trg) DESC LIMIT %s
"""


def postgres_or_trgm(catalogue: Catalogue) -> Search:
    """PostgreSQL's Dutch full text search; similar words top up a short list."""
    if not os.environ.get(POSTGRES):
        raise NotHere(f"the environment variable {POSTGRES} is not set")
    connection = psycopg.connect(os.environ[POSTGRES], autocommit=True)
    cursor = connection.cursor()
    cursor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    columns = ", ".join(f"{field} text" for field in FIELDS)
    cursor.execute(f"CREATE TEMP TABLE svc(id text PRIMARY KEY, {columns}, tsv tsvector, trg text)")
    # Built of the names of the fields above only.
    with cursor.copy(f"COPY svc(id, {', '.join(FIELDS)}) FROM STDIN") as copy:
        for service in catalogue:
            copy.write_row([service["id"], *flat(service).values()])
    cursor.execute(PG_FILL)
    cursor.execute("CREATE INDEX ON svc USING gin(tsv)")
    cursor.execute("CREATE INDEX ON svc USING gin(trg gin_trgm_ops)")
    cursor.execute("ANALYZE svc")

    def search(question: str, k: int) -> list[str]:
        found = [row[0] for row in cursor.execute(PG_SEARCH, (question, k))]
        if len(found) < k:
            asked = question.lower()
            more = cursor.execute(PG_SIMILAR, (asked, asked, k))
            found += [row[0] for row in more if row[0] not in found]
        return found[:k]

    finalize(search, connection.close)
    return search
