"""Counting the words that people search by: what is kept, how long, and what nobody can read."""

import logging
import multiprocessing
import re
import socket
from datetime import date, timedelta
from urllib.parse import urlsplit

import pytest
from sqlmodel import select

from socialmap import create_app, worker
from socialmap.kit import database
from socialmap.kit.database import session
from socialmap.search import counts
from socialmap.search.counts import CountedWord
from socialmap.search.models import HashedWordCount, WordCount, WordKey
from socialmap.search.queries import Asked, frequent_without_result, most_asked
from socialmap.server import Server, WithoutQuestion

from ..conftest import MONDAY
from ..processes.running import running

TODAY = MONDAY


@pytest.fixture(autouse=True)
def nothing_waits():
    """What another test noted in this process is not ours."""
    counts._buffer.take()


def days_ago(count: int) -> date:
    return TODAY - timedelta(days=count)


def ask(*words: str, on: date = TODAY, known: bool = True, found: bool = True, times: int = 1):
    """So many searches, each for these words."""
    for _time in range(times):
        counts.note([CountedWord(word, known, found) for word in words])
    counts.flush(on)


def readable() -> dict[tuple[str, date], tuple[int, int]]:
    session().expire_all()
    rows = session().exec(select(WordCount))
    return {(row.word, row.day): (row.asked, row.missed) for row in rows}


def hashed() -> list[HashedWordCount]:
    session().expire_all()
    return list(session().exec(select(HashedWordCount).order_by(HashedWordCount.day)))


def test_known_word_is_counted_by_itself_for_each_day(site):
    ask("schulden", times=3)
    ask("schulden", found=False)
    ask("schulden", on=days_ago(1))
    assert readable() == {("schulden", TODAY): (4, 1), ("schulden", days_ago(1)): (1, 0)}
    assert hashed() == []


def test_a_word_that_stands_twice_in_a_search_is_asked_once(site):
    ask("schulden", "schulden")
    assert readable() == {("schulden", TODAY): (1, 0)}


def test_nothing_is_written_before_the_flush_and_nothing_twice(site):
    counts.note([CountedWord("schulden", True, True)])
    assert readable() == {}
    counts.flush(TODAY)
    counts.flush(TODAY)
    assert readable() == {("schulden", TODAY): (1, 0)}


COUNTED = ("schulden", "adhd", "16", "mbo4", "wc", "a" * 40)
NEVER_COUNTED = ("x", "", "0612345678", "071", "2312ab", "nr123x", "١٢٣", "a" * 41)


@pytest.mark.parametrize("word", [*COUNTED, *NEVER_COUNTED])
def test_numbers_letters_and_long_words_are_not_counted(word):
    assert counts.may_be_counted(word) is (word in COUNTED)


@pytest.mark.parametrize("known", [True, False])
def test_what_is_not_counted_is_kept_in_no_form(site, known):
    ask(*COUNTED, *NEVER_COUNTED, known=known)
    assert len(readable()) + len(hashed()) == len(COUNTED)


# Words that nobody knows ------------------------------------------------------


def test_unknown_word_stands_nowhere_until_the_fifth_day(site):
    for day in (40, 30, 20, 10):
        ask("jansen", on=days_ago(day), known=False, found=False, times=7)
    assert readable() == {}
    assert [(row.day, row.asked, row.missed) for row in hashed()] == [
        (days_ago(day), 7, 7) for day in (40, 30, 20, 10)
    ]
    (only,) = {row.word for row in hashed()}
    assert re.fullmatch("[0-9a-f]{64}", only)

    ask("jansen", known=False, found=False)
    assert hashed() == []
    assert readable() == {
        ("jansen", TODAY): (1, 1),
        **{("jansen", days_ago(day)): (7, 7) for day in (40, 30, 20, 10)},
    }


@pytest.mark.parametrize(
    ("days", "becomes_readable"),
    [
        ((0,) * 9, False),
        ((4, 3, 2, 2, 0), False),
        ((4, 3, 2, 1, 0), True),
        ((365, 300, 200, 100, 0), True),
        ((366, 300, 200, 100, 0), False),
    ],
)
def test_an_unknown_word_is_read_after_five_different_days_in_a_year(site, days, becomes_readable):
    for day in days:
        ask("chillplek", on=days_ago(day), known=False)
    assert bool(readable()) is becomes_readable


def test_a_word_that_can_be_read_stays_so(site):
    for day in (5, 4, 3, 2, 1, 0):
        ask("chillplek", on=days_ago(day), known=False, found=False)
    assert {word for word, _day in readable()} == {"chillplek"}
    assert len(readable()) == 6 and hashed() == []


def test_days_before_the_catalogue_knew_a_word_are_added_when_it_no_longer_does(site):
    ask("chillplek", on=days_ago(2), known=False, found=False)
    ask("chillplek", on=days_ago(1), known=True)
    ask("chillplek", known=False, found=False)
    assert readable() == {("chillplek", days_ago(d)): (1, m) for d, m in ((2, 1), (1, 0), (0, 1))}


def test_the_words_of_a_search_leave_no_trace_of_each_other(site):
    """Nothing in the tables ties a name to the words beside it but the day."""
    ask("jansen", "schulden", known=False)
    assert set(HashedWordCount.model_fields) == {"word", "day", "asked", "missed"}
    assert set(WordCount.model_fields) == {"word", "day", "asked", "missed"}
    assert len({row.word for row in hashed()}) == 2


def test_the_hash_is_of_this_installation_only(templates, tmp_path):
    found = set()
    for name in ("one", "other"):
        app = create_app(templates.copy("sqlite", False, tmp_path / name))
        with app.app_context():
            ask("jansen", known=False)
            found.add(hashed()[0].word)
            database.session.remove()
        database.engine().dispose()
    assert len(found) == 2


def test_the_key_of_the_hashes_does_not_stand_in_the_database_as_it_is(site):
    ask("jansen", known=False)
    key = session().get(WordKey, 1).key
    with database.engine().connect() as connection:
        stored = connection.exec_driver_sql("SELECT key FROM word_key").scalar()
    assert len(key) == 64 and key.encode() not in bytes(stored)


# What is shown ----------------------------------------------------------------


def test_most_asked_words_come_first_and_small_counts_stay_out(site):
    ask("schulden", times=6)
    ask("angst", times=4)
    ask("angst", on=days_ago(9), times=4)
    ask("rouw", times=4)
    ask("zzz", times=9, known=False)
    assert most_asked(TODAY, most=9) == [Asked("angst", 8), Asked("schulden", 6)]
    assert most_asked(TODAY, most=1) == [Asked("angst", 8)]


def test_frequent_without_result_counts_only_what_matched_nothing(site):
    ask("paardrijden", found=False, times=5)
    ask("zwemmen", found=False, times=4)
    ask("zwemmen", times=4)
    ask("schulden", times=9)
    ask("dansen", found=False, times=7)
    assert frequent_without_result(TODAY, most=9) == [Asked("dansen", 7), Asked("paardrijden", 5)]


def test_what_was_asked_more_than_a_year_ago_is_not_shown_even_before_it_is_erased(site):
    ask("schulden", on=days_ago(366), times=9)
    ask("angst", on=days_ago(365), times=9)
    assert most_asked(TODAY, most=9) == [Asked("angst", 9)]


def test_the_worker_erases_after_a_year(site):
    for day in (366, 365, 0):
        ask("schulden", on=days_ago(day))
        ask("jansen", on=days_ago(day), known=False)
    worker.run_once(site)
    assert {day for _word, day in readable()} == {days_ago(365), TODAY}
    assert {row.day for row in hashed()} == {days_ago(365), TODAY}


# Many at once -----------------------------------------------------------------


def _flush_often(config, start, name: str) -> None:
    """Another process: notes and flushes the same words many times, the moment all begin."""
    app = create_app(config)
    with app.app_context():
        start.wait()
        for _round in range(20):
            ask("schulden", "angst", found=False)
            ask("chillplek", "jansen", on=TODAY, known=False, found=False)
            ask(f"eigen{name}")
        database.session.remove()


def test_processes_that_flush_at_once_lose_and_double_nothing(site):
    for day in (4, 3, 2, 1):
        ask("chillplek", on=days_ago(day), known=False, found=False)
    fresh = multiprocessing.get_context("forkserver")
    # Loaded once, by a process that has nothing open, of which each of them is a fork.
    fresh.set_forkserver_preload([__name__])
    start = fresh.Barrier(3)
    config = site.extensions["config"]
    others = [
        fresh.Process(target=_flush_often, args=(config, start, name)) for name in ("a", "b", "c")
    ]
    for process in others:
        process.start()
    for process in others:
        process.join(120)
    assert [process.exitcode for process in others] == [0, 0, 0]
    today = {word: row for (word, day), row in readable().items() if day == TODAY}
    assert today == {
        "schulden": (60, 60), "angst": (60, 60), "chillplek": (60, 60),
        "eigena": (20, 0), "eigenb": (20, 0), "eigenc": (20, 0),
    }  # fmt: skip
    assert [(row.day, row.asked) for row in hashed()] == [(TODAY, 60)], "jansen"


def test_too_many_different_words_are_left_out_and_told(site, caplog):
    with caplog.at_level(logging.WARNING):
        for number in range(counts.MOST_WAITING + 3):
            letters = "".join(chr(97 + int(digit)) for digit in str(number))
            counts.note([CountedWord(f"woord{letters}", True, True)])
        counts.flush(TODAY)
    assert len(readable()) == counts.MOST_WAITING
    (told,) = [record.getMessage() for record in caplog.records]
    assert told.startswith("3 words were not counted")


def test_counts_wait_when_the_database_cannot_be_written(site):
    counts.note([CountedWord("schulden", True, True)])
    with database.engine().begin() as connection:
        connection.exec_driver_sql("ALTER TABLE word_count RENAME TO gone")
    with pytest.raises(Exception, match="word_count"):
        counts.flush(TODAY)
    with database.engine().begin() as connection:
        connection.exec_driver_sql("ALTER TABLE gone RENAME TO word_count")
    counts.flush(TODAY)
    assert readable() == {("schulden", TODAY): (1, 0)}


# The log of the server --------------------------------------------------------


def test_no_log_of_the_server_holds_what_somebody_searched_for(templates, tmp_path):
    folder = templates.copy("sqlite", True, tmp_path / "data").data_dir
    with running(folder, GUNICORN_CMD_ARGS="--access-logfile - --log-level debug") as site:
        site.visitor().get("/aanbod?q=geheimwoord")
        site.visitor().get("/aanbod/geheimwoord?q=geheimwoord", status=404)
        for unread in (b"", b" HTTP/9", b"\xe9 HTTP/1.1", b" geheimwoord HTTP/1.1"):
            assert b" 400 " in send(site, b"GET /aanbod?q=geheimwoord" + unread + b"\r\n\r\n")
        site.stop()
        assert site.log.read_text().count("Invalid request") == 4
    assert "geheimwoord" not in site.log.read_text()
    assert all(b"geheimwoord" not in file.read_bytes() for file in folder.rglob("*.log"))


def send(site, line: bytes) -> bytes:
    """What the server answers to a request that no browser would send."""
    where = urlsplit(site.address)
    with socket.create_connection((where.hostname, where.port)) as connection:
        connection.sendall(line)
        return connection.recv(1000)


def test_an_address_in_an_error_of_the_server_ends_before_the_question():
    told = {"msg": "Error handling request %s", "args": ("/aanbod?q=geheimwoord",)}
    record = logging.makeLogRecord(told)
    assert WithoutQuestion().filter(record)
    assert record.getMessage() == "Error handling request /aanbod"


def test_the_server_keeps_no_log_of_addresses(config):
    assert Server(config, host="127.0.0.1", port=0, workers=1).cfg.accesslog is None
