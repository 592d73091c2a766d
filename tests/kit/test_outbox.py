"""A mail is a row in the transaction of the deed; the worker sends it once, come what may."""

import email
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from email import policy

import pytest
from aiosmtpd.controller import Controller
from jinja2 import ChoiceLoader, DictLoader
from sqlmodel import select

from socialmap.kit import clock
from socialmap.kit.database import session, transaction
from socialmap.kit.envelope import mark_of, marks_in
from socialmap.kit.errors import Refused
from socialmap.kit.mail import (
    SENDING_SECONDS,
    STEP_SECONDS,
    FolderTransport,
    SmtpTransport,
    clear_old_files,
    transport_for,
)
from socialmap.kit.outbox import (
    OutboxMail,
    Pace,
    Recipient,
    _claim_next,
    again,
    bounced,
    deliver_due,
    drop,
    erase_old_texts,
    mail_of_marks,
    post,
    recipients_of,
    undelivered,
)
from socialmap.kit.security import public

from ..world import the_region

SENDER = "kaart@regio.example"
PEOPLE = {
    "anna": ("Anna de Wit", "anna@school.example"),
    "bram": ("Bram Ünal", "bram@school.example"),
    "moved away": None,
    "sly": ("Eve\r\nBcc: everybody@evil.example", "eve@school.example"),
    "mistyped": ("Kees", "kees@@school.example"),
}


@recipients_of("pen pal")
def pen_pal(name: str) -> tuple[str, str] | None:
    return PEOPLE[name]


@pytest.fixture(autouse=True)
def letter_template(site):
    letter = "Onderwerp: {{ subject }}\n\n{{ words }}\n"
    site.jinja_env.loader = ChoiceLoader(
        [DictLoader({"mail/letter.txt": letter}), site.jinja_env.loader]
    )


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "post"


def write(
    to: str = "anna", subject: str = "Dag", words: str = "Tot ziens.", thread: str = "t",
    is_secret: bool = False,
):  # fmt: skip
    with transaction():
        return post(
            Recipient("pen pal", to), "letter", thread=thread, is_secret=is_secret,
            subject=subject, words=words,
        )  # fmt: skip


class Pigeon:
    """Takes every letter, and remembers it."""

    def __init__(self) -> None:
        self.letters = []

    def send(self, letter) -> None:
        self.letters.append(letter)

    @property
    def subjects(self) -> list[str]:
        return [letter.subject for letter in self.letters]


class Storm(Pigeon):
    """Takes no letter for these addresses."""

    def __init__(self, *addresses: str) -> None:
        super().__init__()
        self.addresses = addresses

    def send(self, letter) -> None:
        if letter.address in self.addresses:
            raise ConnectionResetError(f"could not write to {letter.address}")
        super().send(letter)


def let_the_wait_pass() -> None:
    with transaction() as db:
        for mail in db.exec(select(OutboxMail)):
            mail.due_at = clock.now() - timedelta(seconds=1)


def come_back(mail: OutboxMail, status: str = "5.1.1") -> bool:
    """A server reports that a mail could not be delivered after all."""
    with transaction() as db:
        return bounced(db.get_one(OutboxMail, mail.id), status, now=clock.now())


def let_the_claim_run_out() -> None:
    with transaction() as db:
        for mail in db.exec(select(OutboxMail)):
            mail.claimed_until = clock.now() - timedelta(seconds=1)


# The row and the deed -------------------------------------------------------


def test_deed_that_is_refused_leaves_no_mail(site, page, outbox):
    @site.get("/deed")
    @public
    def deed():
        post(Recipient("pen pal", "anna"), "letter", thread="t", subject="Gelukt", words="Ja")
        session().flush()
        raise Refused("Toch niet.")

    with transaction():
        the_region()
    assert "Toch niet." in page.get("/deed", status=409).main
    assert outbox.all() == []


def test_deed_that_succeeds_leaves_its_mail(site, page, outbox):
    @site.get("/deed")
    @public
    def deed():
        post(Recipient("pen pal", "anna"), "letter", thread="t", subject="Gelukt", words="Ja")
        return "ok"

    with transaction():
        the_region()
    assert site.test_client().get("/deed").text == "ok"
    assert outbox.only().subject == "Gelukt"


def test_command_that_breaks_off_leaves_no_mail(outbox):
    with pytest.raises(RuntimeError), transaction():
        post(Recipient("pen pal", "anna"), "letter", thread="t", subject="Gelukt", words="Ja")
        raise RuntimeError
    assert outbox.all() == []


def test_template_without_subject_line_is_a_fault_of_ours(site):
    site.jinja_env.loader = DictLoader({"mail/letter.txt": "Dag,\n\nzonder onderwerp"})
    with pytest.raises(ValueError, match="Onderwerp"):
        write()


def test_body_is_unreadable_in_the_database_because_it_may_hold_a_link(site):
    write(words="https://kaart.example/wachtwoord/abc")
    (raw,) = session().connection().exec_driver_sql("SELECT body FROM outbox").scalars()
    assert raw and b"wachtwoord" not in bytes(raw)


# Delivery -------------------------------------------------------------------


def test_delivery_writes_the_mail_once_under_the_id_of_its_row(outbox, folder):
    write(to="bram", subject="Één vraag over zoë", words="Café “De Brug”: tot maandag.")
    message_id = outbox.only().message_id
    transport = FolderTransport(folder, SENDER)

    assert deliver_due(transport) == 1
    assert deliver_due(transport) == 0

    (file,) = folder.iterdir()
    assert file.suffix == ".eml" and file.stat().st_mode & 0o777 == 0o600
    mail = email.message_from_bytes(file.read_bytes(), policy=policy.default)
    assert mail["Message-ID"] == message_id
    assert mail["To"].addresses[0].display_name == "Bram Ünal"
    assert mail["To"].addresses[0].addr_spec == "bram@school.example"
    assert mail["From"].addresses[0].addr_spec == SENDER
    assert mail["Subject"] == "Één vraag over zoë"
    assert "Café “De Brug”: tot maandag." in mail.get_content()


def test_out_of_office_answers_are_asked_to_stay_away(folder):
    write()
    deliver_due(FolderTransport(folder, SENDER))
    assert b"Auto-Submitted: auto-generated" in next(folder.glob("*.eml")).read_bytes()


def test_mail_not_due_yet_waits(outbox):
    write()
    with transaction() as db:
        db.get_one(OutboxMail, outbox.only().id).due_at = clock.now() + timedelta(minutes=5)
    assert deliver_due(Pigeon()) == 0


def test_failing_server_is_tried_again_after_ever_longer_waits_and_then_set_aside(outbox):
    write()
    storm, waits = Storm("anna@school.example"), []
    while outbox.only().dead_at is None:
        before = clock.now()
        assert deliver_due(storm) == 0
        waits.append(outbox.only().due_at - before)
        assert len(waits) < 30
        let_the_wait_pass()
    waits.pop()  # After the last attempt there is no new wait.
    assert waits == sorted(waits) and len(waits) > 4
    assert waits[0] <= timedelta(minutes=2), "a hiccup delays a mail hardly"
    assert timedelta(days=1) < sum(waits, timedelta()) < timedelta(days=4), "a weekend out"

    let_the_wait_pass()
    assert deliver_due(Pigeon()) == 0, "what was set aside stays there"


def test_only_the_kind_of_error_is_remembered_for_its_text_holds_an_address(outbox):
    write()
    deliver_due(Storm("anna@school.example"))
    assert outbox.only().last_error == "ConnectionResetError"


def test_failing_mail_goes_out_under_the_same_id_when_the_server_is_back(outbox):
    write()
    deliver_due(Storm("anna@school.example"))
    assert deliver_due(Pigeon()) == 0, "it waits first"
    let_the_wait_pass()
    pigeon = Pigeon()
    assert deliver_due(pigeon) == 1
    assert pigeon.letters[0].message_id == outbox.only().message_id
    assert outbox.only().last_error is None


def test_one_failing_recipient_does_not_hold_up_another():
    write(to="anna")
    write(to="bram", subject="Voor Bram")
    storm = Storm("anna@school.example")
    assert deliver_due(storm) == 1
    assert storm.subjects == ["Voor Bram"]


def test_mails_of_one_thread_reach_a_recipient_in_order():
    write(subject="Verstuurd")
    write(subject="Aangenomen")
    write(subject="Over iets anders", thread="other")
    storm = Storm("anna@school.example")
    deliver_due(storm)
    with transaction() as db:
        for mail in db.exec(select(OutboxMail).where(OutboxMail.subject != "Verstuurd")):
            mail.due_at = clock.now() - timedelta(seconds=1)

    pigeon = Pigeon()
    deliver_due(pigeon)
    assert pigeon.subjects == ["Over iets anders"], "the second must not overtake the first"
    let_the_wait_pass()
    deliver_due(pigeon)
    assert pigeon.subjects == ["Over iets anders", "Verstuurd", "Aangenomen"]


def test_waits_differ_by_chance_so_that_not_everything_comes_back_at_one_moment(outbox):
    write()
    for luck, longest in ((0.0, 60), (1.0, 90)):
        before = clock.now()
        deliver_due(Storm("anna@school.example"), Pace(chance=lambda luck=luck: luck))
        wait = (outbox.only().due_at - before).total_seconds()
        assert longest <= wait < longest + 30
        with transaction() as db:
            again_from_the_start = db.get_one(OutboxMail, outbox.only().id)
            again_from_the_start.attempts, again_from_the_start.due_at = 0, clock.now()


def test_what_was_set_aside_does_not_hold_up_the_rest_of_its_thread(outbox):
    write(subject="Verstuurd")
    write(subject="Aangenomen")
    with transaction() as db:
        db.get_one(OutboxMail, outbox.all()[0].id).dead_at = clock.now()
    pigeon = Pigeon()
    deliver_due(pigeon)
    assert pigeon.subjects == ["Aangenomen"]


def test_mail_to_somebody_without_address_is_set_aside(outbox):
    write(to="moved away")
    write(to="anna")
    assert deliver_due(Pigeon()) == 1
    aside = outbox.all()[0]
    assert aside.dead_at is not None and aside.sent_at is None and aside.last_error


# Several workers ------------------------------------------------------------


def test_two_workers_never_take_the_same_mail():
    write()
    write(to="bram")
    taken = [_claim_next(), _claim_next()]
    assert None not in taken and taken[0] != taken[1]
    assert _claim_next() is None


def test_two_workers_at_once_send_every_mail_once(site):
    for number in range(8):
        write(subject=f"Brief {number}", thread=f"thread {number}")
    both, start, sent = Pigeon(), threading.Barrier(2), []

    def work() -> None:
        with site.app_context():
            start.wait(timeout=5)
            sent.append(deliver_due(both))

    workers = [threading.Thread(target=work) for _n in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(timeout=20)
    assert sum(sent) == 8
    assert sorted(both.subjects) == [f"Brief {number}" for number in range(8)]


def test_mail_that_another_worker_sent_while_we_looked_is_not_sent_again(site):
    mail_id = write().id
    taken = []

    def look() -> None:
        with site.app_context():
            taken.append(_claim_next())

    other = threading.Thread(target=look)
    with transaction() as db:
        db.get_one(OutboxMail, mail_id).sent_at = clock.now()
        db.flush()
        # What the other worker sees at this moment is a mail that still has to go.
        other.start()
        other.join(timeout=0.5)
    other.join(timeout=20)
    assert taken == [None]


def test_mail_of_a_worker_that_died_is_taken_over_after_its_claim(outbox):
    write()
    assert _claim_next() is not None
    assert deliver_due(Pigeon()) == 0, "the other may still be at it"
    let_the_claim_run_out()
    pigeon = Pigeon()
    assert deliver_due(pigeon) == 1
    assert pigeon.letters[0].message_id == outbox.only().message_id


def test_mail_sent_a_second_time_is_the_same_file(outbox, folder):
    write()
    transport = FolderTransport(folder, SENDER)
    deliver_due(transport)
    with transaction() as db:
        mail = db.get_one(OutboxMail, outbox.only().id)
        mail.sent_at, mail.body = None, "Tot ziens.\n"
    deliver_due(transport)
    assert len(list(folder.iterdir())) == 1


# What somebody with bad intentions typed ------------------------------------


def test_line_break_in_a_subject_makes_no_header(folder):
    write(subject="Dag\r\nBcc: everybody@evil.example")
    deliver_due(FolderTransport(folder, SENDER))
    mail = email.message_from_bytes(next(folder.glob("*.eml")).read_bytes())
    assert mail["Bcc"] is None


@pytest.mark.parametrize("to", ["sly", "mistyped"])
def test_name_or_address_that_fits_in_no_header_holds_up_nobody(folder, outbox, to):
    write(to=to)
    write(to="anna", subject="Voor Anna")
    deliver_due(FolderTransport(folder, SENDER))
    mails = [email.message_from_bytes(f.read_bytes()) for f in folder.glob("*.eml")]
    assert "Voor Anna" in [mail["Subject"] for mail in mails]
    assert all(mail["Bcc"] is None for mail in mails)
    first = outbox.all()[0]
    assert first.sent_at or first.dead_at, "and it does not come back for ever"


# A real mail server ---------------------------------------------------------


class Postbox:
    """An SMTP server's view of what comes in."""

    def __init__(self) -> None:
        self.refused: dict[str, str] = {}
        """What it answers to a recipient."""
        self.on_sender = self.on_data = "250 OK"
        self.on_goodbye = "221 Bye"
        self.received = []

    async def handle_MAIL(self, _server, _session, envelope, address, _options):
        if self.on_sender.startswith("250"):
            envelope.mail_from = address
        return self.on_sender

    async def handle_RCPT(self, _server, _session, envelope, address, _options):
        if address in self.refused:
            return self.refused[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server, _session, envelope):
        if self.on_data.startswith("250"):
            self.received.append(envelope)
        return self.on_data

    async def handle_QUIT(self, _server, _session, _envelope):
        return self.on_goodbye


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def mail_server():
    postbox = Postbox()
    controller = Controller(postbox, hostname="127.0.0.1", port=free_port())
    controller.start()
    postbox.url = f"smtp://127.0.0.1:{controller.port}"
    yield postbox
    controller.stop()


def test_mail_leaves_over_smtp(mail_server, folder):
    write(to="bram", subject="Aanmelding zoë", words="Tot maandag. €")
    assert deliver_due(transport_for(mail_server.url, folder, SENDER)) == 1
    (envelope,) = mail_server.received
    assert envelope.rcpt_tos == ["bram@school.example"]
    mail = email.message_from_bytes(envelope.content, policy=policy.default)
    assert mail["From"].addresses[0].addr_spec == SENDER
    assert mail["Subject"] == "Aanmelding zoë" and "Tot maandag. €" in mail.get_content()
    assert not folder.exists(), "with a mail server nothing stays behind as a file"


def test_sender_on_the_envelope_tells_us_alone_which_mail_it_was(mail_server, outbox):
    write()
    deliver_due(SmtpTransport(mail_server.url, SENDER))
    ((number, mark),) = marks_in(mail_server.received[0].mail_from)
    assert mail_server.received[0].mail_from == f"kaart+{mark}@regio.example"
    assert mail_of_marks([(number, mark)]).id == outbox.only().id
    forged = mark[:-1] + ("0" if mark[-1] != "0" else "1")
    assert mail_of_marks([(number, forged), (number + 1, mark)]) is None


def test_mark_of_a_mail_of_before_a_restore_fits_no_other(outbox):
    old = write()
    mark = mark_of(old.id, "<another@regio.example>", "a secret for tests only")
    assert mail_of_marks([(old.id, mark)]) is None


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ("550 no such mailbox anna@school.example", "refused 550"),
        ("550 5.1.1 <anna@school.example> unknown", "refused 5.1.1"),
        ("552 5.2.2 full", "refused 5.2.2"),
    ],
)
def test_final_no_to_a_recipient_sets_the_mail_aside_at_once(mail_server, outbox, answer, reason):
    mail_server.refused["anna@school.example"] = answer
    write(to="anna")
    write(to="bram")
    assert deliver_due(SmtpTransport(mail_server.url, SENDER)) == 1
    aside = outbox.all()[0]
    assert aside.dead_at and not aside.sent_at
    assert aside.last_error == reason, "the code, and nothing of the words"


def test_final_no_to_the_letter_itself_sets_it_aside_too(mail_server, outbox):
    mail_server.on_data = "554 5.7.1 spam"
    write()
    deliver_due(SmtpTransport(mail_server.url, SENDER))
    assert outbox.only().dead_at and outbox.only().last_error == "refused 5.7.1"


@pytest.mark.parametrize("answer", ["450 4.2.1 later, anna@school.example", "421 going down"])
def test_recipient_refused_for_now_is_tried_later(mail_server, outbox, answer):
    mail_server.refused["anna@school.example"] = answer
    write(to="anna")
    write(to="bram")
    assert deliver_due(SmtpTransport(mail_server.url, SENDER)) == 1
    waiting = outbox.all()[0]
    assert waiting.dead_at is None and waiting.attempts == 1
    assert waiting.last_error == f"refused {'4.2.1' if '4.2.1' in answer else '421'}"


def test_server_that_refuses_us_and_not_the_letter_costs_no_mail(mail_server, outbox):
    mail_server.on_sender = "553 5.7.1 you may not send as this"
    write()
    deliver_due(SmtpTransport(mail_server.url, SENDER))
    assert outbox.only().dead_at is None and outbox.only().attempts == 1
    assert outbox.only().last_error == "SMTPSenderRefused 553"


def test_mail_that_was_taken_is_not_sent_again_for_a_strange_goodbye(mail_server, outbox):
    mail_server.on_goodbye = "451 not now"
    write()
    assert deliver_due(SmtpTransport(mail_server.url, SENDER)) == 1
    assert outbox.only().sent_at and len(mail_server.received) == 1


def test_server_that_goes_on_talking_is_hung_up_on_and_tried_later(outbox):
    """Each of its lines comes in time, so that only the time of the whole can end it."""
    write()
    with socket.create_server(("127.0.0.1", 0)) as listener, ThreadPoolExecutor(1) as pool:
        pool.submit(talk_without_end, listener)
        url = f"smtp://127.0.0.1:{listener.getsockname()[1]}"
        assert deliver_due(SmtpTransport(url, SENDER, seconds=0.5)) == 0
    assert outbox.only().attempts == 1
    assert outbox.only().last_error == "SMTPServerDisconnected"


def talk_without_end(listener: socket.socket) -> None:
    connection, _address = listener.accept()
    with connection, suppress(OSError):
        connection.sendall(b"220 dag\r\n")
        while True:
            connection.sendall(b"250-en nog iets\r\n")
            time.sleep(0.05)


def test_server_is_given_up_while_the_mail_is_still_ours():
    assert timedelta(seconds=STEP_SECONDS + SENDING_SECONDS) < Pace().claim


def test_mail_waits_when_no_server_listens(outbox):
    write()
    assert deliver_due(SmtpTransport(f"smtp://127.0.0.1:{free_port()}", SENDER)) == 0
    assert outbox.only().attempts == 1 and outbox.only().body


# What did not arrive --------------------------------------------------------


def set_aside(**facts) -> OutboxMail:
    """A mail whose recipient the server refused."""
    mail = write(**facts)
    with transaction() as db:
        row = db.get_one(OutboxMail, mail.id)
        row.dead_at, row.attempts, row.last_error = clock.now(), 3, "refused 5.1.1"
    return row


def test_mail_from_the_list_starts_anew_at_once(outbox):
    mail = set_aside()
    with transaction():
        again(mail, now=clock.now())
    assert undelivered() == []
    assert outbox.only().attempts == 0 and outbox.only().last_error is None
    pigeon = Pigeon()
    assert deliver_due(pigeon) == 1
    assert pigeon.letters[0].message_id == mail.message_id
    assert pigeon.letters[0].body == "Tot ziens.\n"


def test_mail_that_came_back_can_be_sent_again_as_it_was(outbox):
    write()
    deliver_due(Pigeon())
    assert come_back(outbox.only())
    (listed,) = undelivered()
    assert listed.last_error == "bounced 5.1.1" and listed.sent_at
    with transaction():
        again(listed, now=clock.now())
    pigeon = Pigeon()
    deliver_due(pigeon)
    assert pigeon.letters[0].body == "Tot ziens.\n"


def test_what_came_back_holds_nothing_up():
    first = write(subject="Verstuurd")
    write(subject="Aangenomen")
    come_back(first)
    pigeon = Pigeon()
    deliver_due(pigeon)
    assert pigeon.subjects == ["Aangenomen"]


def test_report_that_is_quicker_than_our_own_note_is_not_lost(outbox):
    mail = write()

    class Boomerang(Pigeon):
        def send(self, letter) -> None:
            super().send(letter)
            come_back(mail)

    assert deliver_due(Boomerang()) == 1
    assert [m.last_error for m in undelivered()] == ["bounced 5.1.1"]


def test_second_report_about_a_mail_changes_nothing():
    mail = write()
    assert come_back(mail, "5.1.1") and not come_back(mail, "5.2.2")
    assert undelivered()[0].last_error == "bounced 5.1.1"


def test_mail_that_need_not_arrive_any_more_leaves_the_list_with_its_text(outbox):
    mail = set_aside()
    with transaction():
        drop(mail, now=clock.now())
    assert undelivered() == [] and outbox.only().body is None
    assert deliver_due(Pigeon()) == 0


def test_of_two_who_decide_at_once_the_first_does():
    mail = set_aside()
    with transaction():
        again(mail, now=clock.now())
    with pytest.raises(Refused), transaction():
        drop(mail, now=clock.now())
    assert deliver_due(Pigeon()) == 1


def test_text_stays_a_week_after_sending_in_case_the_mail_comes_back(outbox):
    write()
    deliver_due(Pigeon())
    for days, is_there in ((6, True), (8, False)):
        with transaction():
            erase_old_texts(now=clock.now() + timedelta(days=days))
        assert (outbox.only().body is not None) == is_there
    come_back(outbox.only())
    with pytest.raises(Refused, match="gewist"), transaction():
        again(undelivered()[0], now=clock.now())


def test_link_that_lets_somebody_in_is_gone_when_the_mail_is_sent(outbox):
    write(words="https://kaart.example/wachtwoord/abc", is_secret=True)
    pigeon = Pigeon()
    deliver_due(pigeon)
    assert "abc" in pigeon.letters[0].body and outbox.only().body is None


def test_text_on_the_list_waits_a_month_and_a_link_a_week(outbox):
    set_aside(subject="Aangenomen")
    set_aside(subject="Uitnodiging", is_secret=True)
    left = []
    for days in (6, 8, 29, 31):
        with transaction():
            erase_old_texts(now=clock.now() + timedelta(days=days))
        left.append([mail.subject for mail in outbox.all() if mail.body])
    assert left == [["Aangenomen", "Uitnodiging"], ["Aangenomen"], ["Aangenomen"], []]
    assert len(undelivered()) == 2, "that it did not arrive is still told"


def test_mail_that_still_waits_keeps_its_text(outbox):
    write()
    with transaction():
        erase_old_texts(now=clock.now() + timedelta(days=400))
    assert outbox.only().body


# Files that were only for trying out ----------------------------------------


def test_mail_files_go_after_thirty_days_counted_by_the_day_of_the_software(folder, on_day):
    write()
    deliver_due(FolderTransport(folder, SENDER))
    clear_old_files(folder, clock.now() + timedelta(days=29))
    assert len(list(folder.iterdir())) == 1
    clear_old_files(folder, clock.now() + timedelta(days=31))
    assert list(folder.iterdir()) == []


def test_fresh_mail_file_stays_although_the_software_believes_it_is_another_year(folder, on_day):
    on_day(clock.today() + timedelta(days=400))
    write()
    deliver_due(FolderTransport(folder, SENDER))
    clear_old_files(folder, clock.now())
    assert len(list(folder.iterdir())) == 1
