"""What a mail server says later about a mail is read as it comes, from whomever it comes."""

import pytest

from socialmap.kit.envelope import LONGEST_LOCAL_PART, mark_of, marks_in, with_mark
from socialmap.kit.reports import read_report

MARK = "12-0123456789abcdef0123"
MARKED = f"kaart+{MARK}@regio.example"


def report(
    *, to: str = MARKED, action: str = "failed", status: str = "5.1.1", more: str = "",
    enclosed: str = "Content-Type: message/rfc822\n\nSubject: Dag\n\nTot ziens.\n",
) -> bytes:  # fmt: skip
    """A report as Postfix writes it."""
    return f"""\
Return-Path: <>
{more}From: MAILER-DAEMON@mx.school.example (Mail Delivery System)
To: {to}
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b1"

--b1
Content-Type: text/plain; charset=us-ascii

I'm sorry to have to inform you that your message could not be delivered.

--b1
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.school.example
Arrival-Date: Mon, 23 Nov 2026 10:00:00 +0100 (CET)

Final-Recipient: rfc822; anna@school.example
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 no such mailbox

--b1
{enclosed}
--b1--
""".encode()


def test_failed_mail_is_known_by_the_address_at_which_the_report_comes():
    found = read_report(report())
    assert found.marks == [(12, MARK)] and found.failed == "5.1.1"


@pytest.mark.parametrize("header", ["Delivered-To", "X-Original-To", "Original-Recipient"])
def test_mail_is_known_by_the_other_headers_of_a_server(header):
    found = read_report(report(to="kaart@regio.example", more=f"{header}: rfc822;{MARKED}\n"))
    assert found.marks == [(12, MARK)]


@pytest.mark.parametrize("kind", ["message/rfc822", "text/rfc822-headers"])
def test_mail_is_known_by_what_came_back(kind):
    enclosed = f"Content-Type: {kind}\n\nReturn-Path: <{MARKED}>\nSubject: Dag\n\n"
    assert read_report(report(to="x@regio.example", enclosed=enclosed)).marks == [(12, MARK)]


def test_mail_is_known_by_what_the_server_says_on_the_command_line():
    assert read_report(report(to="x@regio.example"), MARKED.upper()).marks == [(12, MARK)]


@pytest.mark.parametrize("action", ["delayed", "delivered", "relayed", "expanded", ""])
def test_what_did_not_fail_is_no_failure(action):
    assert read_report(report(action=action)).failed is None


@pytest.mark.parametrize("status", ["", "kapot", "5.1", "9.9.9", "5.1.1x"])
def test_failure_without_a_readable_status_is_still_one(status):
    assert read_report(report(status=status)).failed == "5.0.0"


def test_mail_that_a_server_gave_up_after_days_failed():
    assert read_report(report(status="4.4.7 (delivery time expired)")).failed == "4.4.7"


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\0\xff\xfe",
        b"Subject: Ik ben er niet\n\nTot maandag.",
        b"Content-Type: multipart/report; boundary=b\n\n--b\n\ngeen status\n--b--",
        b"Content-Type: multipart/report",
        b"Content-Type: multipart/report; boundary=b\n\n--b\n"
        b"Content-Type: message/disposition-notification\n\nDisposition: displayed\n--b--",
        report()[:300],
        b"".join(
            b"Content-Type: multipart/report; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(3000)
        ),
    ],
)
def test_what_is_no_delivery_report_is_told_apart(raw):
    assert read_report(raw, MARKED) is None


def test_report_that_names_many_mails_does_not_keep_us_busy():
    many = ", ".join(f"kaart+{number}-{'0' * 20}@regio.example" for number in range(1, 5000))
    assert len(read_report(report(to=many)).marks) == 20


def test_mark_stands_between_name_and_domain_and_comes_out_again():
    mark = mark_of(12, "<a@regio.example>", "secret")
    marked = with_mark("kaart+post@regio.example", mark)
    assert marked == f"kaart+post+{mark}@regio.example"
    assert marks_in(f"<{marked.upper()}>") == [(12, mark)]
    assert mark != mark_of(12, "<b@regio.example>", "secret")
    assert mark != mark_of(12, "<a@regio.example>", "another")


def test_sender_stays_as_it_is_when_a_mark_would_make_it_too_long():
    long = "k" * (LONGEST_LOCAL_PART - 10) + "@regio.example"
    assert with_mark(long, MARK) == long
