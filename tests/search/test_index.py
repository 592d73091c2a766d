"""The index follows the database: changes, rebuilds, two processes, a broken folder."""

import gc
import shutil
from datetime import timedelta

import pytest
from sqlmodel import col, delete, select

from socialmap.editorial.operations import publish
from socialmap.kit import clock
from socialmap.kit.changes import Change
from socialmap.kit.database import session, transaction
from socialmap.search.filters import Filters
from socialmap.search.index import NotReady, SearchIndex
from socialmap.search.results import search

from ..world import make_document, make_service


@pytest.fixture
def index(site, tmp_path) -> SearchIndex:
    return SearchIndex(tmp_path / "index")


@pytest.fixture
def other(index) -> SearchIndex:
    """The same folder as another process of this node sees it."""
    return SearchIndex(index.folder)


def follow(index: SearchIndex) -> int:
    with index.writing() as ours:
        assert ours
        return index.catch_up()


def names(index: SearchIndex, q: str = "") -> set[str]:
    found = search(index, Filters(q=q), today=clock.today(), limit=200)
    return {hit.entry.name for hit in found.hits}


def test_a_missing_index_is_built_by_itself(index):
    with transaction():
        make_service(name="Time-out De Brug")
    follow(index)
    assert names(index, "time-out") == {"Time-out De Brug"}


def test_a_change_is_found_in_this_process_and_in_another(index, other):
    with transaction():
        service_id = make_service(name="Eerste naam").id
    follow(index)
    assert names(other) == {"Eerste naam"}
    with transaction():
        publish(make_document(id=service_id, name="Tweede naam"), actor=None, today=clock.today())
    assert follow(index) == 1, "one service is written, not all"
    assert names(index, "tweede") == {"Tweede naam"}
    assert names(other, "tweede") == {"Tweede naam"}
    assert names(other, "eerste") == set()


def test_nothing_changed_is_nothing_written(index):
    with transaction():
        make_service()
    follow(index)
    before = index.state()
    assert follow(index) == 0
    assert index.state() == before


def test_an_ended_service_is_no_longer_found(index):
    with transaction():
        service_id = make_service(name="Huiswerkkamer").id
    follow(index)
    with transaction():
        publish(
            make_document(id=service_id, name="Huiswerkkamer", status="ended"),
            actor=None, today=clock.today(),
        )  # fmt: skip
    follow(index)
    assert names(index) == set()


def test_a_change_that_became_visible_late_is_not_missed(index):
    """Two transactions may commit in another order than their numbers were given."""
    with transaction():
        first = make_service(name="Eerste").id
        second = make_service(name="Tweede").id
    follow(index)
    with transaction() as db:
        newest = db.exec(select(Change.id).order_by(col(Change.id).desc())).first()
        db.add(Change(id=newest + 200, kind="service", key=second, at=clock.now()))
    follow(index)
    assert index.state().cursor == newest + 200
    with transaction() as db:
        publish(make_document(id=first, name="Veranderd"), actor=None, today=clock.today())
        db.flush()
        late = db.exec(select(Change).order_by(col(Change.id).desc())).first()
        db.delete(late)
        db.flush()
        db.add(Change(id=newest + 100, kind="service", key=first, at=clock.now()))
    assert follow(index) == 1
    assert "Veranderd" in names(index)


# Whoosh leaves a file open when it stumbles over its content.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("broken", ["*.toc", "*.trm", "*.pst", "*"])
def test_a_broken_index_is_built_anew(index, other, broken):
    with transaction():
        make_service(name="Time-out")
    follow(index)
    folder = index.folder / index.state().folder
    for path in folder.glob(broken):
        path.write_bytes(b"broken")
    with pytest.raises(NotReady):
        other.snapshot()
    follow(index)
    assert names(other) == {"Time-out"}
    assert not folder.exists(), "the broken one is cleared away"
    gc.collect()


def test_an_index_that_cannot_be_written_is_built_anew(index, other):
    with transaction():
        make_service(name="Eerste")
    follow(index)
    for path in (index.folder / index.state().folder).iterdir():
        path.unlink()
    with transaction():
        make_service(name="Tweede")
    follow(index)
    assert names(other) == {"Eerste", "Tweede"}


def test_a_vanished_index_is_built_anew(index):
    with transaction():
        make_service(name="Time-out")
    follow(index)
    shutil.rmtree(index.folder)
    index.forget()
    follow(index)
    assert names(index) == {"Time-out"}


def test_an_index_of_another_version_is_built_anew(index):
    with transaction():
        make_service(name="Time-out")
    follow(index)
    path = index.folder / "current.json"
    path.write_text(path.read_text().replace('"version": ', '"version": 9'))
    before = index.state()
    follow(index)
    assert index.state().folder != before.folder
    assert names(index) == {"Time-out"}


def test_an_index_behind_what_the_table_still_has_is_built_anew(index):
    with transaction():
        make_service(name="Oud")
    follow(index)
    with transaction() as db:
        make_service(name="Nieuw")
        db.flush()
        db.exec(delete(Change))
        make_service(name="Nieuwst")
    before = index.state()
    follow(index)
    assert index.state().folder != before.folder
    assert names(index) == {"Oud", "Nieuw", "Nieuwst"}


def test_only_one_process_of_a_node_writes(index, other):
    with index.writing() as ours, other.writing() as theirs:
        assert ours
        assert not theirs
    with other.writing() as theirs:
        assert theirs, "the lock is free again"


def test_who_reads_while_another_rebuilds_keeps_answering(index, other):
    with transaction():
        make_service(name="Time-out")
    follow(index)
    assert names(other) == {"Time-out"}
    old = index.state().folder
    with index.writing():
        index.rebuild()
    assert not (index.folder / old).exists()
    assert names(other) == {"Time-out"}


def test_a_reader_whose_files_vanished_looks_again(index, other):
    with transaction():
        make_service(name="Time-out")
    follow(index)
    assert names(other) == {"Time-out"}
    snapshot = other.snapshot()
    with index.writing():
        index.rebuild()
    other._snapshot, other._stamp = snapshot, other._current_stamp()
    snapshot.close()
    assert names(other, "time-out") == {"Time-out"}


def test_without_an_index_the_visitor_waits_and_is_told(index, monkeypatch):
    monkeypatch.setattr("socialmap.search.index.WAIT_FOR_FIRST", 0.2)
    with pytest.raises(NotReady):
        index.snapshot()


def test_reindex_asks_whoever_holds_the_lock(index, other):
    import threading

    with transaction():
        make_service(name="Time-out")
    follow(index)
    before = index.state().folder
    app = __import__("flask").current_app._get_current_object()
    asked = threading.Thread(target=other.reindex)
    with index.writing() as ours:
        assert ours
        asked.start()
        while not (index.folder / "rebuild").exists():
            pass
        with app.app_context():
            index.catch_up()
        asked.join(timeout=5)
    assert not asked.is_alive()
    assert index.state().folder != before
    shutil.rmtree(index.folder)


def test_what_changed_long_ago_is_looked_at_once(index):
    with transaction():
        make_service()
    follow(index)
    with transaction() as db:
        for change in db.exec(select(Change)):
            change.at = change.at - timedelta(hours=1)
    fresh = SearchIndex(index.folder)
    assert follow(fresh) == 0
    assert session().exec(select(Change)).first() is not None


def test_large_generation_is_loaded_before_all_switch_to_it(site, monkeypatch):
    """Nobody waits for it: until its moment the one before answers."""
    monkeypatch.setattr("socialmap.search.index.MOST_AT_ONCE", 0)
    monkeypatch.setattr("socialmap.search.index.HEAD_START", 3600)
    found = site.extensions["search"]
    with transaction():
        make_service()
    found.reindex()
    assert len(found.snapshot().entries) == 1, "the first generation is used at once"
    with transaction():
        make_service()
    found.reindex()
    ahead = found.load_ahead()
    assert len(ahead.entries) == 2 and found.load_ahead() is None, "loaded once"
    assert len(found.snapshot().entries) == 1
    monkeypatch.setattr("socialmap.search.index.time.time", lambda: 9e9)
    assert found.snapshot() is ahead
