"""The index of this node: derived from the database, followed by change rows, thrown away at will.

``current.json`` names the folder of the index in use and how far in the change table it
is. It is replaced as a whole, so no reader sees half a generation. Exactly one process
of a node holds ``lock`` and writes; all others load the new generation before they answer.
A large generation is loaded beforehand, and all switch to it at the moment it names.
"""

import fcntl
import json
import logging
import os
import shutil
import time
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import timedelta
from pathlib import Path
from threading import Lock
from typing import Any, TypeGuard
from uuid import uuid4

from sqlmodel import col, func, select
from whoosh import index as whoosh_index
from whoosh.reading import SegmentReader

from ..catalogue.models import Service
from ..catalogue.queries import active_services, service_by_id
from ..kit import clock
from ..kit.changes import Change
from ..kit.database import session, transaction
from .analysis import VERSION, schema
from .entries import Describer
from .lexicon import Lexicon
from .snapshot import Snapshot

log = logging.getLogger(__name__)

Document = dict[str, str | list[str]]
"""A service as Whoosh takes it."""

LOOK_BACK = timedelta(minutes=1)
"""Change rows of two transactions may become visible in another order than their numbers;
so rows younger than this are looked at again, once each."""

MOST_AT_ONCE = 500
"""With more changed services than this a new index is sooner ready than the old one amended."""

MOST_SINCE_BASE = 800
"""With more services than this written since the last whole index a new one is built; a
snapshot has room for ``snapshot.ROOM``."""

MOST_SEGMENTS = 8
"""With more small segments than this beside the large one they are made one."""

HEAD_START = 10.0
"""Seconds in which every process of a node can load a large generation before it is used."""

WAIT_FOR_FIRST = 5.0
"""Seconds that a visitor waits when a fresh node has not built its index yet."""


def write_whole(path: Path) -> int:
    """Write an index of all services into an empty folder. Returns how many it holds."""
    describer, count = Describer(), 0
    made = whoosh_index.create_in(str(path), schema())
    with transaction(), made.writer(**OPEN_FILES) as writer:
        for service in active_services():
            writer.add_document(**describer.document(service))
            count += 1
    return count


OPEN_FILES: dict[str, Any] = {"compound": False}
"""Of a segment in one file Whoosh takes a copy into memory, in every process."""

ONLY_WORDS = ("thesaurus", "term")
"""Kinds of changes that no service must be written again for."""


def merge_small(writer, segments: list) -> list:
    """Whoosh's question which segments to keep: the large one, and a few small ones."""
    large, *small = sorted(segments, key=lambda segment: -segment.doc_count_all())
    if len(small) < MOST_SEGMENTS:
        return segments
    for segment in small:
        reader = SegmentReader(writer.storage, writer.schema, segment)
        writer.add_reader(reader)
        reader.close()
    return [large]


class NotReady(Exception):
    """There is no index yet on this node."""


@dataclass(frozen=True)
class State:
    """Which folder is in use, of which version, and the last change row in it.

    ``words`` is the last change row about what words mean: the thesaurus, a vocabulary.
    ``serve_from`` is when processes that have an older generation begin to answer from
    this one, in seconds since 1970: a large one is loaded beforehand, and all switch at once.
    """

    folder: str
    version: int
    cursor: int
    serial: int
    words: int
    serve_from: float = 0.0


class SearchIndex:
    """The index of this node, for reading by every process and writing by one."""

    def __init__(self, folder: Path) -> None:
        self.folder, self._current = folder, str(folder / "current.json")
        self.build_large: Callable[[Path], int] = write_whole
        """How a large index is built; a server does it in a process of its own."""
        self._loading = Lock()
        self._snapshot: Snapshot | None = None
        self._lexicon: tuple[int, Lexicon] | None = None
        self._stamp: tuple[int, int] | None = None
        self._ahead: dict[tuple[int, int], Snapshot] = {}
        self._applied: set[int] = set()

    # Reading -----------------------------------------------------------------

    def snapshot(self) -> Snapshot:
        """The newest generation; loaded when it is newer than what this process had.

        Raises ``NotReady`` when there is none and none comes within a few seconds.
        """
        stamp = self._current_stamp()
        deadline = time.monotonic() + WAIT_FOR_FIRST
        while stamp is None:
            if time.monotonic() > deadline:
                raise NotReady
            time.sleep(0.1)
            stamp = self._current_stamp()
        with self._loading:
            if self._snapshot is None or (stamp != self._stamp and self._is_due()):
                ahead = self._ahead.pop(stamp, None)
                self._snapshot, self._stamp = ahead or self._load(), stamp
            return self._snapshot

    def load_ahead(self) -> Snapshot | None:
        """Load a generation that is newer than what this process has, before anybody asks.

        Returns it, for its owner to warm up; ``None`` when there is nothing newer.
        """
        stamp = self._current_stamp()
        if stamp is None or stamp == self._stamp or stamp in self._ahead:
            return None
        snapshot = self._load()
        self._ahead = {stamp: snapshot}
        return snapshot

    def _is_due(self) -> bool:
        state = self.state()
        return state is None or state.serve_from <= time.time()

    def forget(self) -> None:
        """Load anew at the next question: a file vanished under a reader."""
        with self._loading:
            self._snapshot = self._stamp = None

    def _load(self) -> Snapshot:
        for attempt in range(5):
            state = self.state()
            if state is None:
                raise NotReady
            lexicon = self._lexicon_of(state)
            try:
                opened = whoosh_index.open_dir(str(self.folder / state.folder))
                return Snapshot.read(opened, lexicon, self._snapshot)
            except Exception as error:
                # The writer may have cleaned up between our two looks. What is still
                # unreadable after that is broken, in whatever way: the writer builds anew.
                if attempt == 4:
                    self._ask_for_rebuild()
                    raise NotReady from error
                time.sleep(0.05)
        raise NotReady

    def _lexicon_of(self, state: State) -> Lexicon:
        """What words mean in a generation; that of before when nobody changed it."""
        if self._lexicon is None or self._lexicon[0] != state.words:
            self._lexicon = state.words, Lexicon.read()
        return self._lexicon[1]

    def _ask_for_rebuild(self) -> None:
        (self.folder / "rebuild").touch()

    def _current_stamp(self) -> tuple[int, int] | None:
        try:
            stat = os.stat(self._current)
        except FileNotFoundError:
            return None
        return stat.st_ino, stat.st_mtime_ns

    def state(self) -> State | None:
        """What ``current.json`` says; ``None`` when it is not there or not ours."""
        try:
            return State(**json.loads((self.folder / "current.json").read_text()))
        except (FileNotFoundError, ValueError, TypeError):
            return None

    # Writing -----------------------------------------------------------------

    @contextmanager
    def writing(self):
        """Hold the lock of this node; yields whether we have it."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / "lock").open("w") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                yield False
                return
            yield True

    def catch_up(self) -> int:
        """Bring the index up to the database; call it only while ``writing``.

        Builds anew when the index is missing, broken, of another version, or behind what
        the change table still has. Returns how many services were written.
        """
        state = self.state()
        if not self._is_usable(state) or (self.folder / "rebuild").exists():
            return self.rebuild()
        with transaction() as db:
            lowest = db.exec(select(func.min(Change.id))).one()
            found = db.exec(
                select(Change).where(
                    (Change.id > state.cursor) | (Change.at > clock.now() - LOOK_BACK)
                )
            ).all()
            fresh = [change for change in found if change.id not in self._applied]
            keys = self._services_touched_by(fresh)
            is_behind = lowest is not None and lowest > state.cursor + 1
            if is_behind or len(keys) > MOST_AT_ONCE:
                return self.rebuild()
            documents = self._described({key: service_by_id(key) for key in keys})
        if documents and not self._write(state, documents):
            return self.rebuild()
        self._applied = {c.id for c in found}
        if fresh:
            cursor = max([state.cursor, *self._applied])
            words = max((c.id for c in fresh if c.kind != "service"), default=state.words)
            self._publish(state.folder, cursor, words=words)
        return len(documents)

    def _services_touched_by(self, fresh: list[Change]) -> list[str]:
        """Ids of the services to write again; of all when what they share changed.

        What the thesaurus says is asked when somebody searches: no service changes by it,
        nor by a word that is new.
        """
        if any(change.kind not in ("service", *ONLY_WORDS) for change in fresh):
            return sorted(session().exec(select(Service.id)).all())
        return sorted({change.key for change in fresh if change.kind == "service"})

    def _described(self, changed: dict[str, Service | None]) -> dict[str, Document | None]:
        """What Whoosh gets for each id; nothing for a service that is not offered any more."""
        describer = Describer() if changed else None
        return {
            key: describer.document(service)
            if describer and service is not None and service.status == "active"
            else None
            for key, service in changed.items()
        }

    def _is_usable(self, state: State | None) -> TypeGuard[State]:
        if state is None or state.version != VERSION:
            return False
        return (self.folder / state.folder).is_dir()

    def _write(self, state: State, documents: dict[str, Document | None]) -> bool:
        """Write into the index in use; whether it could be written and is worth keeping."""
        try:
            opened = whoosh_index.open_dir(str(self.folder / state.folder))
            with opened.writer(timeout=10, **OPEN_FILES) as writer:
                writer.mergetype = merge_small  # type: ignore[attr-defined]
                for key, document in documents.items():
                    writer.delete_by_term("id", key)
                    if document is not None:
                        writer.add_document(**document)
        except Exception:
            # Whatever is wrong with a derived file, it is derived again.
            log.exception("the index in %s cannot be written", state.folder)
            return False
        with opened.reader() as whole:
            sizes = sorted(reader.doc_count_all() for reader, _offset in whole.leaf_readers())
        return sum(sizes[:-1]) <= MOST_SINCE_BASE

    def rebuild(self) -> int:
        """Build a whole new index beside the one in use, then point to it."""
        name = f"index-{uuid4().hex[:12]}"
        path = self.folder / name
        path.mkdir(parents=True)
        with transaction() as db:
            cursor = db.exec(select(func.max(Change.id))).one() or 0
            recent = db.exec(select(Change.id).where(Change.at > clock.now() - LOOK_BACK)).all()
            is_large = db.exec(select(func.count(col(Service.id)))).one() > MOST_AT_ONCE
        count = (self.build_large if is_large else write_whole)(path)
        self._applied = set(recent)
        self._publish(name, cursor, words=cursor, is_large=is_large)
        (self.folder / "rebuild").unlink(missing_ok=True)
        self._clear_all_but(name)
        return count

    def _publish(self, folder: str, cursor: int, *, words: int, is_large: bool = False) -> None:
        """Point to a generation; processes take their time to load one that is large and new."""
        before = self.state()
        state = State(
            folder,
            VERSION,
            cursor,
            serial=before.serial + 1 if before else 1,
            words=words,
            serve_from=time.time() + HEAD_START if before and is_large else 0.0,
        )
        half = self.folder / f"current.{os.getpid()}.part"
        half.write_text(json.dumps(asdict(state)))
        half.replace(self.folder / "current.json")

    def _clear_all_but(self, name: str) -> None:
        for path in self.folder.glob("index-*"):
            if path.name != name:
                shutil.rmtree(path, ignore_errors=True)

    def reindex(self) -> int | None:
        """Build anew: by ourselves, or by the process that holds the lock (then ``None``).

        The site keeps answering from the old index until the new one stands.
        """
        with self.writing() as ours:
            if ours:
                return self.rebuild()
        self._ask_for_rebuild()
        while (self.folder / "rebuild").exists():
            time.sleep(0.1)
        return None
