"""The commands, as somebody types them: what they print, and one line when something is wrong."""

import email
import io
import json
import re
import socket
import subprocess
import sys
from email import policy

import pytest
from sqlmodel import select

from socialmap import cli, create_app, schema
from socialmap.accounts.models import Role, User, WebSession
from socialmap.accounts.operations import check_password, invite
from socialmap.accounts.queries import user_by_email
from socialmap.catalogue.models import Service, Term
from socialmap.config import ROOT
from socialmap.editorial.models import Import, StagedService
from socialmap.kit import clock, database
from socialmap.kit.database import session, transaction
from socialmap.kit.envelope import mark_of
from socialmap.kit.outbox import OutboxMail, undelivered
from socialmap.network.models import Municipality, Organization
from socialmap.network.queries import organization_named

from .conftest import FIELD_KEY, MONDAY
from .kit.test_reports import report
from .processes.running import PATIENCE, environment
from .world import make_user

PASSWORD = "een lang wachtwoord"


@pytest.fixture(autouse=True)
def our_own_settings(monkeypatch, tmp_path):
    """No setting of the machine reaches the commands; afterwards all is let go of."""
    for name in ("DATABASE_URL", "BASE_URL", "SMTP_URL", "MAIL_FROM", "SECRET_KEY"):
        monkeypatch.delenv(f"SOCIALMAP_{name}", raising=False)
    monkeypatch.setenv("SOCIALMAP_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("SOCIALMAP_FIELD_KEY", FIELD_KEY)
    monkeypatch.setenv("SOCIALMAP_TODAY", str(MONDAY))
    database.connect(f"sqlite:///{tmp_path / 'none.db'}")
    yield
    session.remove()
    database.engine().dispose()
    clock.fix(MONDAY)


@pytest.fixture
def run(monkeypatch, capsys):
    """Type ``socialmap ...``; gives what it printed."""

    def type_in(*words: str, stdin: str = "") -> str:
        monkeypatch.setattr(sys, "argv", ["socialmap", *words])
        monkeypatch.setattr(sys, "stdin", io.StringIO(stdin))
        capsys.readouterr()
        cli.main()
        database.engine().dispose()
        return capsys.readouterr().out

    return type_in


@pytest.fixture
def refusal(run):
    """Type ``socialmap ...`` and be refused; gives the line that it says."""

    def type_in(*words: str, stdin: str = "") -> str:
        with pytest.raises(SystemExit) as end:
            run(*words, stdin=stdin)
        line = str(end.value.code)
        assert line.startswith("socialmap: ") and "\n" not in line
        return line

    return type_in


@pytest.fixture
def made(templates, tmp_path):
    """A site after ``init``."""
    templates.copy("sqlite", False, tmp_path / "data")


@pytest.fixture
def with_demo(templates, tmp_path):
    templates.copy("sqlite", True, tmp_path / "data")


# init and demo --------------------------------------------------------------


def test_init_makes_what_every_site_has_and_may_be_repeated(run, tmp_path):
    assert run("init") == run("init") == "De database is klaar.\n"
    assert schema.is_current()
    with transaction() as db:
        assert len(db.exec(select(Municipality)).all()) == 342
        assert db.exec(select(Term)).first() and db.exec(select(Service)).first() is None


def test_init_stops_when_the_key_is_another(refusal, made, monkeypatch):
    monkeypatch.setenv("SOCIALMAP_FIELD_KEY", "OTg3NjU0MzIxMDk4NzY1NDMyMTA5ODc2NTQzMjEwOTg=")
    assert "SOCIALMAP_FIELD_KEY" in refusal("init")


def test_init_stops_when_the_folder_cannot_be_written(refusal, monkeypatch, tmp_path):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("SOCIALMAP_DATA_DIR", str(tmp_path / "file" / "var"))
    assert "SOCIALMAP_DATA_DIR" in refusal("init")


def test_demo_fills_an_empty_site_and_tells_the_password(run, made, tmp_path):
    said = run("demo")
    password = (tmp_path / "data" / "demo-password").read_text().strip()
    assert said == f"150 voorbeelden geladen. Wachtwoord: {password}\n"
    assert (tmp_path / "data" / "demo-password").stat().st_mode & 0o777 == 0o600
    with transaction():
        assert check_password(user_by_email("mentor@demo.example"), password)
    assert "s017" in run("search", "reboundvoorziening"), "and it can be found at once"


def test_demo_refuses_when_there_is_a_region(refusal, with_demo):
    assert "Er is al een regio." in refusal("demo")


def test_commands_on_a_machine_without_database_say_what_to_do(refusal, tmp_path):
    (tmp_path / "data").mkdir()
    assert "socialmap init" in refusal("user", "list")


def test_database_that_does_not_answer_is_told_without_its_password(refusal, monkeypatch):
    monkeypatch.setenv(
        "SOCIALMAP_DATABASE_URL", "postgresql+psycopg://kaart:geheim@127.0.0.1:1/kaart"
    )
    line = refusal("user", "list")
    assert "de database antwoordt niet" in line and "geheim" not in line


# search ---------------------------------------------------------------------


def test_search_prints_what_the_site_finds(run, with_demo):
    lines = run("search", "schuldhulpverlening", "jongeren", "--limit", "5").splitlines()
    assert len(lines) == 6
    assert any(re.match(r"s075  .+  \(.+\)$", line) for line in lines[:5])
    assert re.fullmatch(r"\d+ gevonden", lines[-1])


def test_search_for_a_script(run, with_demo):
    found = json.loads(run("search", "schulden", "--limit", "3", "--json"))
    assert found["total"] >= len(found["results"]) == 3
    assert set(found["results"][0]) == {"id", "name", "score"}
    scores = [result["score"] for result in found["results"]]
    assert scores == sorted(scores, reverse=True)


def test_search_that_finds_nothing(run, with_demo):
    assert run("search", "qqqxyz") == "0 gevonden\n"
    assert json.loads(run("search", "qqqxyz", "--json")) == {"total": 0, "results": []}


def test_reindex_counts(run, with_demo):
    assert run("reindex") == "De zoekindex is opnieuw opgebouwd: 150 plekken.\n"


# import and export ----------------------------------------------------------

HEADER = "id,naam,organisatie,doel,gemeente,thema's\n"


KILLED = """
import os, signal, sys
from pathlib import Path
from socialmap import create_app
from socialmap.editorial import imports, staging
from socialmap.kit import clock
from socialmap.kit.database import transaction

def now(ticks=iter(range(9))):
    # The third look at the clock is when all of it waits to appear.
    if next(ticks) == 2:
        os.kill(os.getpid(), signal.SIGKILL)
    return clock.now()

with create_app().app_context():
    with transaction():
        plan = imports.check(Path(sys.argv[1]), today=clock.today())
    staging.apply(plan, today=clock.today(), now=now)
"""
"""What the import does, but for the blow."""


@pytest.fixture
def table(tmp_path):
    """A CSV file of services, written by hand."""

    def write(*lines: str, name: str = "aanbod.csv", header: str = HEADER) -> str:
        path = tmp_path / name
        path.write_text(header + "".join(f"{line}\n" for line in lines))
        return str(path)

    return write


@pytest.fixture
def not_all(run, capsys):
    """Type a command that does not succeed in everything; gives what it printed."""

    def type_in(*words: str) -> str:
        with pytest.raises(SystemExit) as end:
            run(*words)
        assert end.value.code == 1
        database.engine().dispose()
        return capsys.readouterr().out

    return type_in


def services() -> dict[str, tuple[str, int]]:
    """Name and version by id."""
    with transaction() as db:
        rows = db.exec(select(Service.id, Service.name, Service.version))
        return {key: (name, version) for key, name, version in rows}


def cut_off(tmp_path, process: str) -> None:
    """Leave an import behind that did not come to its end."""
    database.connect(f"sqlite:///{tmp_path / 'data' / 'socialmap.db'}")
    with transaction() as db:
        db.add(Import(file="gisteren.csv", process=process, seen_at=clock.now()))


def test_import_tells_what_came_in_and_it_can_be_found(run, made, table):
    file = table("a1,Zeilschool,De Boot,werk,Leiden,Vissen", "a2,Haven,De Brug,zorg,Leiden,")
    assert run("import", file) == (
        "aanbod.csv: nieuw woord in kolom thema's: Vissen\n"
        "aanbod.csv: 2 nieuw, 0 veranderd, 0 gelijk, 0 geweigerd, 2 nieuwe organisaties\n"
    )
    assert run("search", "zeilschool") == "a1  Zeilschool  (De Boot)\n1 gevonden\n"
    assert run("import", file) == "aanbod.csv: 0 nieuw, 0 veranderd, 2 gelijk, 0 geweigerd\n"
    table("a1,Zeilschool,De Boot,werk,Leiden,Vissen", "a2,Kade,De Brug,zorg,Leiden,")
    assert run("import", file) == "aanbod.csv: 0 nieuw, 1 veranderd, 1 gelijk, 0 geweigerd\n"
    assert services() == {"a1": ("Zeilschool", 1), "a2": ("Kade", 2)}


def test_one_wrong_row_keeps_its_file_out_and_no_other(not_all, made, table):
    wrong = table(
        "a1,Zeilschool,De Boot,werk,Leiden,,rood",
        "a2,Haven,De Brug,geluk,Leiden,,",
        "a3,Kade,De Brug,zorg,Nergenshuizen,,",
        header=HEADER.replace("\n", ",kleur\n"),
    )
    good = table("b1,Rebound,De Brug,school,Leiden,", name="goed.csv")
    lines = not_all("import", wrong, good).splitlines()
    assert lines[0] == "aanbod.csv: kolom kleur kennen we niet; die is overgeslagen"
    assert lines[1].startswith("aanbod.csv, rij 3, veld doel: ")
    assert lines[2:] == [
        "aanbod.csv, rij 4, veld gemeente: Nergenshuizen is geen gemeente die wij kennen.",
        "aanbod.csv: 1 nieuw, 0 veranderd, 0 gelijk, 2 geweigerd, 1 nieuwe organisatie",
        "aanbod.csv: er is niets ingelezen. Verbeter deze regels en probeer opnieuw.",
        "goed.csv: 1 nieuw, 0 veranderd, 0 gelijk, 0 geweigerd, 1 nieuwe organisatie",
    ]
    assert services() == {"b1": ("Rebound", 1)}


def test_dry_run_changes_nothing_and_says_so(run, not_all, made, table):
    good = table("a1,Zeilschool,De Boot,werk,Leiden,Vissen")
    wrong = table("a2,Haven,De Brug,geluk,Leiden,", name="fout.csv")
    said = run("import", good, "--dry-run")
    assert said.endswith("aanbod.csv: alleen gecontroleerd, er is niets veranderd.\n")
    assert "aanbod.csv: 1 nieuw, 0 veranderd" in said
    assert "fout.csv: er is niets ingelezen." in not_all("import", "--dry-run", good, wrong)
    with transaction() as db:
        assert services() == {} and db.exec(select(Organization)).all() == []
        assert db.exec(select(Term).where(Term.is_new)).all() == []


def test_new_organizations_are_of_the_region_that_is_named(run, refusal, with_demo, table):
    file = table("a1,Zeilschool,De Boot,werk,Assen,")
    line = refusal("import", file, "--region", "nergens")
    assert "Er is geen regio met de slug nergens." in line and "a1" not in services()
    run("import", file, "--region", "rijnstreek")
    with transaction():
        assert organization_named("De Boot").region.slug == "rijnstreek"


@pytest.mark.parametrize(
    ("name", "reason"), [("weg.csv", "dit bestand is er niet"), ("foto.png", "dit soort bestand")]
)
def test_file_that_cannot_be_read_is_told_in_one_line(not_all, made, tmp_path, name, reason):
    assert not_all("import", str(tmp_path / name)).startswith(f"{name}: {reason}")


def test_import_beside_another_one_is_refused(not_all, made, table, tmp_path):
    cut_off(tmp_path, process="another-machine:1")
    files = (
        table("a1,Haven,De Brug,zorg,Leiden,"),
        table("a2,Kade,De Brug,zorg,Leiden,", name="b.csv"),
    )
    wait = "Er loopt al een import (gisteren.csv). Wacht tot die klaar is."
    assert not_all("import", *files) == f"aanbod.csv: {wait}\nb.csv: {wait}\n"
    assert services() == {}


def test_what_a_killed_import_left_is_cleared_by_the_next_command(run, made, table, tmp_path):
    file = table("a1,Haven,De Brug,zorg,Leiden,")
    killed = subprocess.Popen(
        [sys.executable, "-c", KILLED, file], env=environment(tmp_path / "data"), cwd=ROOT
    )
    assert killed.wait(PATIENCE) == -9
    cut_off(tmp_path, process=f"{socket.gethostname()}:{killed.pid}")
    with transaction() as db:
        assert {left.file for left in db.exec(select(Import))} == {"aanbod.csv", "gisteren.csv"}
        assert len(db.exec(select(StagedService)).all()) == 1
    assert run("init") == (
        "De afgebroken import van aanbod.csv is opgeruimd.\n"
        "De afgebroken import van gisteren.csv is opgeruimd.\n"
        "De database is klaar.\n"
    )
    assert services() == {}
    cut_off(tmp_path, process=f"{socket.gethostname()}:{killed.pid}")
    assert "1 nieuw" in run("import", file)
    with transaction() as db:
        assert db.exec(select(Import)).all() == []


def test_what_is_exported_and_imported_again_is_all_the_same(run, with_demo, tmp_path):
    for suffix in ("yaml", "csv", "xlsx", "jsonl"):
        file = str(tmp_path / f"aanbod.{suffix}")
        assert run("export", file) == f"150 plekken geschreven naar {file}\n"
        assert run("import", file) == (
            f"aanbod.{suffix}: 0 nieuw, 0 veranderd, 150 gelijk, 0 geweigerd\n"
        )
    assert {version for _name, version in services().values()} == {1}


def test_format_may_be_named_instead_of_told_by_the_file(run, made, table, tmp_path):
    run("import", table("a1,Haven,De Brug,zorg,Leiden,", name="lijst.txt"), "--format", "csv")
    run("export", str(tmp_path / "lijst"), "--format", "jsonl")
    assert json.loads((tmp_path / "lijst").read_text())["name"] == "Haven"


@pytest.mark.parametrize(
    ("name", "words"),
    [("weg/aanbod.csv", "is niet te schrijven"), ("map.csv", "is niet te schrijven"),
     ("aanbod.doc", "dit soort bestand")],
    ids=["no such folder", "a folder", "unknown kind"],
)  # fmt: skip
def test_export_that_cannot_be_written_leaves_no_half_file(
    run, refusal, made, table, tmp_path, name, words
):
    run("import", table("a1,Haven,De Brug,zorg,Leiden,"))
    (tmp_path / "map.csv").mkdir()
    before = sorted(tmp_path.iterdir())
    assert words in refusal("export", str(tmp_path / name))
    assert sorted(tmp_path.iterdir()) == before


# bounce ---------------------------------------------------------------------


@pytest.fixture
def hand_over(run, monkeypatch, capsys):
    """Give ``socialmap bounce`` a report as a mail server does; what it said, and its exit code."""

    def pipe(raw: bytes, *words: str) -> tuple[str, int]:
        monkeypatch.setattr(sys, "argv", ["socialmap", "bounce", *words])
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(raw)))
        with pytest.raises(SystemExit) as end:
            cli.main()
            sys.exit(0)
        database.engine().dispose()
        said = capsys.readouterr().out
        assert said.count("\n") == 1
        assert isinstance(end.value.code, int), "a mail server understands numbers only"
        return said, end.value.code

    return pipe


@pytest.fixture
def sent(run, made) -> str:
    """A mail that left; gives its address on the envelope."""
    run("init")
    app = create_app()
    with app.app_context():
        with transaction():
            mail = make_user(Role.ADMIN)
            invite(mail)
        with transaction() as db:
            row = db.exec(select(OutboxMail)).one()
            row.sent_at = clock.now()
            mark = mark_of(row.id, row.message_id, app.config["SECRET_KEY"])
    return f"socialmap+{mark}@localhost"


def failures() -> list[str]:
    with transaction():
        return [mail.last_error for mail in undelivered()]


def test_mail_that_came_back_stands_on_the_list(hand_over, sent):
    said, code = hand_over(report(to=sent))
    assert code == 0 and said == "Mail 1 is niet bezorgd (5.1.1) en staat nu op de lijst.\n"
    assert failures() == ["bounced 5.1.1"]
    said, code = hand_over(report(to=sent, status="5.2.2"))
    assert code == 0 and "al bekend" in said and failures() == ["bounced 5.1.1"]


def test_address_may_stand_on_the_command_line(hand_over, sent):
    assert hand_over(report(to="x@y.example"), "--to", sent)[1] == 0
    assert failures() == ["bounced 5.1.1"]


def test_mail_that_is_only_late_changes_nothing(hand_over, sent):
    said, code = hand_over(report(to=sent, action="delayed"))
    assert code == 0 and "nog niet mislukt" in said and failures() == []


@pytest.mark.parametrize("address", ["socialmap+1-00000000000000000000@localhost", "x@y.example"])
def test_report_that_anybody_made_up_changes_nothing(hand_over, sent, address):
    said, code = hand_over(report(to=address))
    assert code == 0 and "hoort niet bij een mail van deze site" in said and failures() == []


def test_what_is_no_report_is_told_to_the_mail_server(hand_over, sent):
    said, code = hand_over(b"Subject: Ik ben er niet", "--to", sent)
    assert code == 65 and "geen bericht over bezorging" in said and failures() == []


def test_mail_server_offers_a_report_again_when_the_site_is_away(hand_over, monkeypatch):
    monkeypatch.setenv(
        "SOCIALMAP_DATABASE_URL", "postgresql+psycopg://kaart:geheim@127.0.0.1:1/kaart"
    )
    said, code = hand_over(report())
    assert code == 75 and "geheim" not in said


# Accounts -------------------------------------------------------------------


def test_admin_is_made_with_a_password_from_standard_input(run, made):
    said = run(
        "user", "add", "Els@Regio.example", "--role", "admin", "--name", "Els Beheer",
        "--password-stdin", stdin=PASSWORD + "\n",
    )  # fmt: skip
    assert "Els@Regio.example" in said and PASSWORD not in said
    with transaction():
        user = user_by_email("els@regio.example")
        assert user.holds(Role.ADMIN) and user.name == "Els Beheer"
        assert check_password(user, PASSWORD)


def test_account_without_password_is_invited_by_mail(run, with_demo, tmp_path):
    run("user", "add", "jan@kompas.example", "--role", "mentor",
        "--organization", "het-kompas")  # fmt: skip
    run("worker", "--once")
    (file,) = (tmp_path / "data" / "mail").glob("*.eml")
    mail = email.message_from_bytes(file.read_bytes(), policy=policy.default)
    assert mail["To"].addresses[0].addr_spec == "jan@kompas.example"
    assert "http://127.0.0.1:8000/uitnodiging/" in mail.get_content()


def test_worker_sends_every_mail_once(run, with_demo, tmp_path):
    run("user", "add", "jan@kompas.example", "--role", "admin")
    run("worker", "--once")
    (file,) = (tmp_path / "data" / "mail").glob("*.eml")
    written = file.stat().st_ino
    run("worker", "--once")
    assert [f.stat().st_ino for f in (tmp_path / "data" / "mail").iterdir()] == [written]


def test_coordinator_belongs_to_a_region(run, with_demo):
    run("user", "add", "c@regio.example", "--role", "coordinator", "--region", "rijnstreek")
    with transaction():
        (membership,) = user_by_email("c@regio.example").memberships
        assert (membership.role, membership.region.slug) == ("coordinator", "rijnstreek")


@pytest.mark.parametrize(
    ("words", "part_of_line"),
    [
        (("--role", "mentor", "--organization", "nergens"), "geen organisatie met de slug nergens"),
        (("--role", "coordinator", "--region", "nergens"), "Er is geen regio met de slug nergens."),
        (("--role", "mentor"), "organisatie"),
        (("--role", "coordinator"), "regio"),
    ],
)  # fmt: skip
def test_account_that_does_not_fit_is_refused(refusal, with_demo, words, part_of_line):
    assert part_of_line in refusal("user", "add", "a@b.example", *words)
    with transaction():
        assert user_by_email("a@b.example") is None


def test_second_account_on_one_address_is_refused(refusal, with_demo):
    line = refusal("user", "add", "MENTOR@demo.example", "--role", "admin")
    assert "mentor@demo.example" in line


def test_short_password_is_refused_and_nobody_made(refusal, made):
    line = refusal(
        "user", "add", "a@b.example", "--role", "admin", "--password-stdin", stdin="kort\n"
    )
    assert "12 tekens" in line and "kort" not in line
    with transaction():
        assert user_by_email("a@b.example") is None


def test_unknown_role_is_told_by_the_command_itself(run, made, capsys):
    with pytest.raises(SystemExit) as end:
        run("user", "add", "a@b.example", "--role", "boss")
    assert end.value.code == 2
    assert "boss" in capsys.readouterr().err


def test_list_shows_who_there_is_with_role_and_state(run, with_demo):
    run("user", "disable", "mentor@demo.example")
    lines = run("user", "list").splitlines()
    assert len(lines) == 5
    assert "mentor@demo.example  Ingrid Bos  mentor (uit)" in lines
    assert "admin@demo.example  Technisch beheer  admin" in lines


def test_disable_puts_somebody_out_at_once(run, made):
    run("user", "add", "els@regio.example", "--role", "admin", "--password-stdin",
        stdin=PASSWORD)  # fmt: skip
    with transaction() as db:
        user = user_by_email("els@regio.example")
        now = clock.now()
        db.add(WebSession(token_hash="x", user_id=user.id, content="", created_at=now, seen_at=now))
    assert run("user", "disable", " ELS@regio.example") == (
        "Account  ELS@regio.example is uitgezet.\n"
    )
    with transaction() as db:
        assert not db.exec(select(User)).one().is_active
        assert db.exec(select(WebSession)).all() == []


def test_disabling_an_unknown_account_is_refused(refusal, made):
    assert "niemand@regio.example" in refusal("user", "disable", "niemand@regio.example")
