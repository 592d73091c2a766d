"""The rooms and their one order: a room imports only rooms above it, and kit."""

import ast
from functools import cache
from pathlib import Path

import pytest

import socialmap

PACKAGE = Path(socialmap.__file__).parent
BESIDE = {
    "config", "cli", "worker", "server", "schema", "health", "menu", "migrations", "translations",
}  # fmt: skip
"""What sees everything and is imported by no room."""

FILES = {
    (room, path)
    for room in ("kit", *socialmap.ROOMS)
    for path in sorted((PACKAGE / room).rglob("*.py"))
}


def imported_parts(path: Path) -> set[str]:
    """The first parts under ``socialmap`` that a file imports, absolute or relative."""
    package = path.relative_to(PACKAGE).parent.parts
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names = [alias.name.split(".") for alias in node.names]
            found |= {parts[1] for parts in names if parts[0] == "socialmap" and len(parts) > 1}
        elif isinstance(node, ast.ImportFrom):
            base = node.module.split(".") if node.module else []
            if node.level == 0:
                if base[:1] != ["socialmap"]:
                    continue
                parts = base[1:]
            else:
                parts = [*package[: len(package) - node.level + 1], *base]
            found |= {parts[0]} if parts else {alias.name for alias in node.names}
    return found


def test_rooms_are_the_folders_of_the_package():
    folders = {p.name for p in PACKAGE.iterdir() if p.is_dir() and not p.name.startswith("__")}
    assert folders - BESIDE == {"kit", *socialmap.ROOMS}


@pytest.mark.parametrize(("room", "path"), sorted(FILES), ids=lambda v: getattr(v, "name", v))
def test_a_room_imports_only_rooms_above_it(room, path):
    order = ["kit", *socialmap.ROOMS]
    allowed = set(order[: order.index(room) + 1])
    assert imported_parts(path) <= allowed


def test_an_import_from_below_would_be_seen(tmp_path):
    offender = PACKAGE / "network" / "offender.py"
    source = "from ..referrals import states\nfrom socialmap.search.index import SearchIndex\n"
    assert {"referrals", "search"} <= _imports_of_source(source, offender)


def _imports_of_source(source: str, path: Path) -> set[str]:
    class Here(type(path)):
        def read_text(self, *_args):
            return source

    return imported_parts(Here(path))


@pytest.mark.parametrize("room", ["kit", *socialmap.ROOMS])
def test_every_module_says_what_it_owns(room):
    for path in (PACKAGE / room).rglob("*.py"):
        assert ast.get_docstring(ast.parse(path.read_text())), f"{path} has no docstring"


@cache
def imported_libraries(path: Path) -> set[str]:
    """The top names that a file imports from outside the package."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            found.add((node.module or "").split(".")[0])
    return found


DOORS = {
    "markdown": "kit/markdown.py",
    "nh3": "kit/markdown.py",
    "dateutil": "kit/calendars.py",
    "flask_compress": "kit/compression.py",
    "folium": "kit/leaflet.py",
    "icalendar": "kit/calendars.py",
    "openpyxl": "kit/sheets.py",
    "yaml": "kit/plain_yaml.py",
    "smtplib": "kit/mail.py",
    "cryptography": "kit/crypto.py",
}
"""Libraries from outside and the one module that may import each."""


@pytest.mark.parametrize(("library", "door"), DOORS.items())
def test_a_library_has_one_door(library, door):
    users = {
        str(path.relative_to(PACKAGE))
        for path in PACKAGE.rglob("*.py")
        if library in imported_libraries(path)
    }
    assert users == {door}


def test_whoosh_stays_in_the_search_room():
    users = {
        path.relative_to(PACKAGE).parts[0]
        for path in PACKAGE.rglob("*.py")
        if "whoosh" in imported_libraries(path)
    }
    assert users == {"search"}


def test_only_the_clock_asks_what_day_it_is():
    asking = {
        str(path.relative_to(PACKAGE))
        for path in PACKAGE.rglob("*.py")
        if "datetime.now(" in path.read_text() or "date.today(" in path.read_text()
    }
    assert asking == {"kit/clock.py"}


def test_only_advance_writes_a_state():
    writers = set()
    for path in PACKAGE.rglob("*.py"):
        for function in ast.walk(ast.parse(path.read_text())):
            if not isinstance(function, ast.FunctionDef):
                continue
            for node in ast.walk(function):
                targets = node.targets if isinstance(node, ast.Assign) else []
                if any(isinstance(t, ast.Attribute) and t.attr == "state" for t in targets):
                    writers.add(function.name)
    assert writers == {"advance"}


def test_operations_never_commit_and_know_no_flask():
    for path in PACKAGE.rglob("operations.py"):
        source = path.read_text()
        assert ".commit(" not in source, path
        assert "flask" not in source, path
