r"""Other search engines, to compare with.

A factory takes the catalogue (a list of dicts in the flat form) and returns
``search(query, k) -> ids``.

From the root of the checkout::

    .venv/bin/python -m tests.search.bench.evaluate \
        --factory tests/search/bench/adapters.py:fts5_trigram

fts5_and, fts5_or, fts5_trigram   standard library (SQLite FTS5)
whoosh_and, whoosh_or             the installed Whoosh, stock Dutch LanguageAnalyzer and
                                  MultifieldParser
tantivy_or, tantivy_compound      tantivy, Dutch stemmer; compound: its split_compound filter with
                                  the word list in the file DUTCH_WORDS, one word a line
xapian_or_spell                   Xapian, Dutch stemmer, spelling correction as top-up
postgres_or_trgm                  PostgreSQL 'dutch' + pg_trgm through psycopg2; connection string
                                  in PG_DSN

Only the first two lines run with what the project installs. Another peer whose library or setting
is not there stops with one line that says so.
"""

import atexit
import importlib
import os
import re
import shutil
import sqlite3
import tempfile
from collections.abc import Callable
from typing import Any

Catalogue = list[dict[str, Any]]
Search = Callable[..., list[str]]

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


def _library(name: str, peer: str) -> Any:
    """An outside library that the project does not need itself."""
    try:
        return importlib.import_module(name)
    except ImportError:
        raise SystemExit(f"{peer}: the Python library {name} is not installed") from None


def _setting(name: str, peer: str) -> str:
    """What an environment variable says."""
    if not os.environ.get(name):
        raise SystemExit(f"{peer}: the environment variable {name} is not set")
    return os.environ[name]


def flat(d: dict[str, Any]) -> dict[str, str]:
    """The fields that are searched, each as one text."""
    return {f: " ".join(d[f]) if isinstance(d[f], list) else d[f] for f in FIELDS}


def words(q: str) -> list[str]:
    """The words of a query without the commonest ones, unless there are no others."""
    ws = re.findall(r"\w+", q.lower())
    return [w for w in ws if w not in STOP] or ws


def _fts5(docs: Catalogue, tokenize: str, match: Callable[[list[str]], str]) -> Search:
    c = sqlite3.connect(":memory:", check_same_thread=False)
    columns = ",".join(FIELDS)
    c.execute(f"create virtual table t using fts5(id unindexed,{columns},tokenize='{tokenize}')")
    insert = f"insert into t values(?{',?' * len(FIELDS)})"
    c.executemany(insert, ([d["id"], *flat(d).values()] for d in docs))
    order = ",".join(["0"] + [str(WEIGHT[f]) for f in FIELDS])
    # Built of the weights above only.
    select = f"select id from t where t match ? order by bm25(t,{order}) limit ?"  # noqa: S608

    def search(q: str, k: int = 10) -> list[str]:
        m = match(words(q))
        return [r[0] for r in c.execute(select, (m, k))] if m else []

    return search


UNICODE = "unicode61 remove_diacritics 2"


def fts5_and(docs: Catalogue) -> Search:
    """SQLite's full text search: all words must be there, as on most sites."""
    return _fts5(docs, UNICODE, lambda ws: " ".join(f'"{w}"' for w in ws))


def fts5_or(docs: Catalogue) -> Search:
    """SQLite's full text search: any of the words, with a weight per field."""
    return _fts5(docs, UNICODE, lambda ws: " OR ".join(f'"{w}"' for w in ws))


def fts5_trigram(docs: Catalogue) -> Search:
    """Best plain peer on quality: any of the query's letter trigrams, ranked by BM25."""

    def match(ws: list[str]) -> str:
        grams = {w[i : i + 3] for w in ws for i in range(len(w) - 2)}
        return " OR ".join(f'"{g}"' for g in sorted(grams))

    return _fts5(docs, "trigram", match)


def _whoosh(docs: Catalogue, peer: str, group: str) -> Search:
    analysis = _library("whoosh.analysis", peer)
    fields = _library("whoosh.fields", peer)
    qparser = _library("whoosh.qparser", peer)
    filestore = _library("whoosh.filedb.filestore", peer)
    an = analysis.LanguageAnalyzer("nl")
    texts = {f: fields.TEXT(analyzer=an) for f in FIELDS}
    schema = fields.Schema(id=fields.ID(stored=True, unique=True), **texts)
    ix = filestore.RamStorage().create_index(schema)
    w = ix.writer()
    for d in docs:
        w.add_document(id=d["id"], **flat(d))
    w.commit()
    parser = qparser.MultifieldParser(FIELDS, ix.schema, group=getattr(qparser, group))
    s = ix.searcher()
    return lambda q, k=10: [h["id"] for h in s.search(parser.parse(q), limit=k)]


def whoosh_and(docs: Catalogue) -> Search:
    """Whoosh as it comes, its parser's default: all words."""
    return _whoosh(docs, "whoosh_and", "AndGroup")


def whoosh_or(docs: Catalogue) -> Search:
    """Whoosh as it comes, any of the words."""
    return _whoosh(docs, "whoosh_or", "OrGroup")


def _tantivy(docs: Catalogue, compound: bool) -> Search:
    t = _library("tantivy", "tantivy_compound" if compound else "tantivy_or")
    sb = t.SchemaBuilder()
    sb.add_text_field("id", stored=True, tokenizer_name="raw")
    for f in FIELDS:
        sb.add_text_field(f, tokenizer_name="nl")
    ix = t.Index(sb.build())
    b = t.TextAnalyzerBuilder(t.Tokenizer.simple())
    b = b.filter(t.Filter.lowercase()).filter(t.Filter.stopword("dutch"))
    if compound:
        with open(_setting("DUTCH_WORDS", "tantivy_compound"), encoding="utf-8") as f:
            ws = {w.strip().lower() for w in f}
        parts = {w for w in ws if 4 <= len(w) <= 14 and w.isalpha()} | {"s", "en"}
        b = b.filter(t.Filter.split_compound(sorted(parts)))
    b = b.filter(t.Filter.stemmer("dutch")).filter(t.Filter.ascii_fold())
    ix.register_tokenizer("nl", b.build())
    w = ix.writer(heap_size=64_000_000, num_threads=1)
    for d in docs:
        w.add_document(t.Document(id=d["id"], **flat(d)))
    w.commit()
    w.wait_merging_threads()
    ix.reload()

    def search(q: str, k: int = 10) -> list[str]:
        ws = words(q)
        if not ws:
            return []
        qq, _ = ix.parse_query_lenient(" ".join(ws), FIELDS)
        s = ix.searcher()
        return [s.doc(a)["id"][0] for _, a in s.search(qq, k).hits]

    return search


def tantivy_or(docs: Catalogue) -> Search:
    """tantivy with a Dutch stemmer, any of the words."""
    return _tantivy(docs, False)


def tantivy_compound(docs: Catalogue) -> Search:
    """The same, with compounds split by a list of Dutch words."""
    return _tantivy(docs, True)


def xapian_or_spell(docs: Catalogue) -> Search:
    """Xapian with a Dutch stemmer; a corrected spelling tops up a short list."""
    x = _library("xapian", "xapian_or_spell")
    path = tempfile.mkdtemp(prefix="xap")
    db = x.WritableDatabase(os.path.join(path, "db"), x.DB_CREATE_OR_OVERWRITE)
    tg = x.TermGenerator()
    tg.set_stemmer(x.Stem("dutch"))
    tg.set_database(db)
    tg.set_flags(x.TermGenerator.FLAG_SPELLING)
    for d in docs:
        doc = x.Document()
        tg.set_document(doc)
        for f, v in flat(d).items():
            tg.index_text(v, max(1, int(WEIGHT[f])))
            tg.increase_termpos()
        doc.set_data(d["id"])
        db.add_document(doc)
    db.commit()
    stop = x.SimpleStopper()
    for w in STOP:
        stop.add(w)
    qp = x.QueryParser()
    qp.set_stemmer(x.Stem("dutch"))
    qp.set_stemming_strategy(x.QueryParser.STEM_SOME)
    qp.set_database(db)
    qp.set_stopper(stop)

    def search(q: str, k: int = 10) -> list[str]:
        search.keep = (db, stop)  # keep alive
        fl = x.QueryParser.FLAG_DEFAULT | x.QueryParser.FLAG_SPELLING_CORRECTION
        e = x.Enquire(db)
        e.set_query(qp.parse_query(q, fl))
        better = qp.get_corrected_query_string()
        r = [m.document.get_data().decode() for m in e.get_mset(0, k)]
        if better and len(r) < k:
            e.set_query(qp.parse_query(better, fl))
            r += [
                i for i in (m.document.get_data().decode() for m in e.get_mset(0, k)) if i not in r
            ]
        return r[:k]

    atexit.register(shutil.rmtree, path, True)
    return search


PG_FILL = """
update svc set
  trg=lower(name||' '||organisation||' '||summary||' '||themes||' '||municipality),
  tsv=setweight(to_tsvector('dutch',name),'A')
    ||setweight(to_tsvector('dutch',
        summary||' '||themes||' '||target_groups||' '||municipality||' '||organisation),'B')
    ||setweight(to_tsvector('dutch',description||' '||contact_role||' '||levels),'C')
    ||setweight(to_tsvector('dutch',admission||' '||intake),'D')
"""
PG_SEARCH = """
select id from svc, (select replace(plainto_tsquery('dutch',%s)::text,'&','|')::tsquery qq) x
where tsv@@qq order by ts_rank('{0.1,0.3,0.6,1.0}',tsv,qq) desc limit %s
"""
PG_SIMILAR = """
select id from svc where %s <%% trg order by word_similarity(%s,trg) desc limit %s
"""


def postgres_or_trgm(docs: Catalogue) -> Search:
    """PostgreSQL's Dutch full text search; similar words top up a short list."""
    psycopg2 = _library("psycopg2", "postgres_or_trgm")
    extras = _library("psycopg2.extras", "postgres_or_trgm")
    con = psycopg2.connect(_setting("PG_DSN", "postgres_or_trgm"))
    con.autocommit = True
    c = con.cursor()
    c.execute("create extension if not exists pg_trgm")
    columns = ",".join(f + " text" for f in FIELDS)
    c.execute(f"create temp table svc(id text primary key,{columns},tsv tsvector,trg text)")
    # Built of the names of the fields above only.
    insert = f"insert into svc(id,{','.join(FIELDS)}) values %s"  # noqa: S608
    extras.execute_values(c, insert, [(d["id"], *flat(d).values()) for d in docs], page_size=1000)
    c.execute(PG_FILL)
    c.execute("create index on svc using gin(tsv)")
    c.execute("create index on svc using gin(trg gin_trgm_ops)")
    c.execute("analyze svc")

    def search(q: str, k: int = 10) -> list[str]:
        c.execute(PG_SEARCH, (q, k))
        r = [x[0] for x in c]
        if len(r) < k:
            c.execute(PG_SIMILAR, (q.lower(), q.lower(), k))
            r += [x[0] for x in c if x[0] not in r]
        return r[:k]

    return search
