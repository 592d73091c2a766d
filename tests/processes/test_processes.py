"""What only real processes show: start and stop, kill, and every process finding a change."""

import json
import os
import socket
import subprocess
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor

import pytest
from werkzeug.datastructures import MultiDict

from socialmap.catalogue.queries import service_by_id
from socialmap.config import ROOT
from socialmap.editorial.operations import publish
from socialmap.kit import crypto, database
from socialmap.kit.database import transaction

from ..conftest import DEMO_PASSWORD, FIELD_KEY, MONDAY
from ..world import PUPIL, new_initials
from .running import PATIENCE, command, environment, free_port, running, wait_until

ANSWERS = {
    "Verder naar: over de leerling": (
        "handover", "why_here", "done_so_far", "other_helpers",
    ),
    "Verder naar: akkoord en gesprek": (
        "called", "initials", "birth_month", "birth_year", "municipality", "education", "year",
        "reach", "reach_details", "own_words",
    ),
    "Verder naar: lees na en verstuur": (
        "pupil_agrees", "pupil_on", "pupil_way", "meeting", "meeting_times",
    ),
}  # fmt: skip


@pytest.fixture
def demo_folder(templates, tmp_path):
    """A data folder with the demo in it, ready for a start."""
    return templates.copy("sqlite", True, tmp_path / "data").data_dir


def fill_in(visitor) -> None:
    """Sign in as the mentor of the demo and fill in everything, up to the button that sends."""
    visitor.sign_in("mentor@demo.example", DEMO_PASSWORD)
    visitor.get("/aanbod/reboundvoorziening-de-brug/aanmelden")
    pupil = PUPIL | {"initials": new_initials()}
    for button, fields in ANSWERS.items():
        visitor.fill(**{name: pupil[name] for name in fields}).press(button)


def refer(visitor) -> str:
    """Refer a pupil as the mentor of the demo; returns the reference."""
    fill_in(visitor)
    visitor.press("Verstuur de aanmelding")
    assert "De aanmelding is verstuurd" in visitor.main
    return visitor.address.split("/")[2]


def test_kill_right_after_the_confirmation_loses_neither_referral_nor_mail(demo_folder):
    with running(demo_folder) as site:
        reference = refer(site.visitor())
        site.kill_everything()
    with running(demo_folder) as site:
        # A mail that was claimed when its worker was killed is taken over after two minutes.
        wait_until(lambda: len(site.mails()) >= 3, site.log, seconds=180)
        visitor = site.visitor().sign_in("mentor@demo.example", DEMO_PASSWORD)
        assert reference in visitor.main
        visitor.get(f"/aanmeldingen/{reference}")
        assert "Dounia" in visitor.main
    mails = site.mails()
    assert len({mail["Message-ID"] for mail in mails}) == len(mails) == 3
    recipients = {mail["To"].addresses[0].addr_spec for mail in mails}
    assert {"mentor@demo.example", "aanbieder@demo.example"} < recipients
    assert all(reference in mail["Subject"] for mail in mails)


def test_eight_clicks_at_once_make_one_referral_and_one_set_of_mails(demo_folder):
    with running(demo_folder) as site:
        visitor = site.visitor()
        fill_in(visitor)
        form, _button = visitor._form_with("Verstuur de aanmelding")
        address = form.get("action")
        fields = {e.get("name"): e.get("value") for e in form.iter("input")}
        with ThreadPoolExecutor(8) as clicks:
            answers = list(
                clicks.map(lambda _n: visitor.client.post(address, MultiDict(fields)), range(8))
            )
        assert {a.status_code for a in answers} == {302}
        assert {a.headers["Location"].rpartition("/")[2] for a in answers} == {"bevestiging"}
        wait_until(lambda: len(site.mails()) >= 3, site.log)
        time.sleep(1.5)
        assert len(site.mails()) == 3


def test_a_change_is_found_in_every_process_within_two_seconds(demo_folder):
    with (
        running(demo_folder, "--workers", "2") as one,
        running(demo_folder, "--workers", "2", words=("serve",)) as two,
    ):
        ask(one, "zeppelin", times=8)
        ask(two, "zeppelin", times=8)
        database.connect(f"sqlite:///{demo_folder / 'socialmap.db'}")
        with transaction() as db:
            crypto.establish(db, (FIELD_KEY,), demo_folder / "keys" / "field.key")
            facts = service_by_id("s017").facts
            changed = facts.model_copy(update={"summary": "Met de zeppelin naar school."})
            publish(changed, actor=None, today=MONDAY)
        time.sleep(2)
        for site in (one, two):
            assert ask(site, "zeppelin", times=16) == {("s017",)}, site.log.read_text()
        database.engine().dispose()


def ask(site, words: str, *, times: int) -> set[tuple[str, ...]]:
    """What a search finds, asked over so many new connections, so that every process answers."""
    found = set()
    for _time in range(times):
        with urllib.request.urlopen(f"{site.address}/api/v1/search?q={words}") as response:
            results = json.load(response)["results"]
        found.add(tuple(row["id"] for row in results))
    return found


def test_stop_is_clean_and_a_second_start_keeps_everything(demo_folder):
    with running(demo_folder) as site:
        reference = refer(site.visitor())
        pid = site.process.pid
        assert site.stop() == 0
        assert not processes_of_group(pid)
        assert "Traceback" not in site.log.read_text()
    with running(demo_folder) as site:
        visitor = site.visitor().sign_in("mentor@demo.example", DEMO_PASSWORD)
        assert reference in visitor.main


def processes_of_group(group: int) -> list[int]:
    found = []
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                if os.getpgid(int(name)) == group:
                    found.append(int(name))
            except ProcessLookupError:
                continue
    return found


def childless_children_of(parent: int) -> list[int]:
    """The worker: the site has its own processes below it, the worker has none."""
    return [pid for pid in children_of(parent) if not children_of(pid)]


def children_of(parent: int) -> list[int]:
    found = subprocess.run(
        ["pgrep", "-P", str(parent)], capture_output=True, text=True, check=False
    )
    return [int(pid) for pid in found.stdout.split()]


def test_a_worker_that_dies_is_started_again(demo_folder):
    with running(demo_folder) as site:
        (worker,) = wait_until(lambda: childless_children_of(site.process.pid), site.log)
        os.kill(worker, 9)
        refer(site.visitor())
        wait_until(lambda: len(site.mails()) >= 3, site.log)


def test_an_empty_site_prints_a_code_and_shows_its_set_up_page(tmp_path):
    folder = tmp_path / "empty"
    with running(folder, "--no-demo") as site:
        code = (folder / "setup-code").read_text().strip()
        assert code in site.log.read_text()
        visitor = site.visitor().get("/")
        assert visitor.address == "/beheer/inrichten"
        visitor.fill(
            code=code, region="Kalmland", places="Zwolle, Kampen", organization="Doorstroompunt",
            organization_kind="doorstroompunt", organization_email="post@dsp.example",
            name="Kim", email="kim@dsp.example", password=DEMO_PASSWORD,
            password_again=DEMO_PASSWORD,
        ).press("Richt in")  # fmt: skip
        visitor.sign_in("kim@dsp.example", DEMO_PASSWORD)
        assert "Kim" in visitor.text
        assert "Voorbeeldgegevens" not in visitor.text


def run(folder, *words: str, **more: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        command(*words), env=environment(folder, **more), cwd=ROOT, capture_output=True, text=True,
        timeout=PATIENCE, check=False,
    )  # fmt: skip


def test_what_is_wrong_at_the_start_is_one_clear_line(demo_folder, tmp_path):

    port = free_port()
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", port))
        holder.listen()
        taken = run(demo_folder, "up", "--port", str(port))
    in_the_way = tmp_path / "file"
    in_the_way.write_text("")
    unwritable = run(in_the_way / "data", "up", "--port", str(free_port()))
    wrong = run(demo_folder, "up", "--port", str(free_port()), SOCIALMAP_SMTP_URL="mail.example")
    other_key = run(
        demo_folder, "up", "--port", str(free_port()),
        SOCIALMAP_FIELD_KEY="QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE=",
    )  # fmt: skip
    for result, words in (
        (taken, f"Poort {port}"),
        (unwritable, "SOCIALMAP_DATA_DIR"),
        (wrong, "SOCIALMAP_SMTP_URL"),
        (other_key, "SOCIALMAP_FIELD_KEY"),
    ):
        assert result.returncode == 1
        assert result.stdout == ""
        assert len(result.stderr.strip().splitlines()) == 1, result.stderr
        assert words in result.stderr


def test_no_log_carries_a_word_about_the_pupil(demo_folder):
    with running(demo_folder) as site:
        visitor = site.visitor()
        reference = refer(visitor)
        visitor.post(f"/aanmeldingen/{reference}/versturen", {"csrf_token": "wrong"}, status=400)
        site.stop()
        log = site.log.read_text()
    for word in ("Dounia", "D.K.", "volle klas", "Mentorgesprekken"):
        assert word not in log
