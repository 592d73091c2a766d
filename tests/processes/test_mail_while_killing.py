"""The small twin of the proof ``mail``: the same, of eight referrals and four kills."""

from ..proofs import mail


def test_every_mail_arrives_in_order_although_workers_and_server_are_killed(
    templates, tmp_path, on_day
):
    folder = templates.copy("sqlite", False, tmp_path / "data").data_dir
    kills = ("worker", "server", "worker", "server")
    found = mail.measure(folder, 8, kills, claim=10, minute=0.2, slowness=0.05, pause=1)
    assert [str(claim) for claim in mail.is_right(found) if not claim.holds] == []


LINE = ("referral-482-719", "user", "1")


def seen(*arrivals: str, kills: tuple[mail.Kill, ...] = ()) -> list[str]:
    """Which promises a measurement of two mails about one referral breaks."""
    mails = [mail.Mail(1, "a", LINE, True), mail.Mail(2, "b", LINE, True)]
    came = [
        mail.Arrival(100.0 * number, name, f"kaart+{1 if name == 'a' else 2}-{'0' * 20}@x.example")
        for number, name in enumerate(arrivals, start=1)
    ]
    found = mail.Measured(0, 10.0, 0.0, list(kills), mails, came)
    return [claim.words for claim in mail.is_right(found) if not claim.holds]


def test_what_goes_wrong_would_be_seen():
    kill = mail.Kill("worker", 150.0, 1)
    assert seen("a", "b") == []
    assert seen("a") == ["every mail arrives"]
    assert seen("b", "a") == ["in order for each referral and recipient"]
    assert seen("a", "a", "b", kills=(kill,)) == []
    assert "a second copy follows a kill" in seen("a", "a", "b")
    too_many = seen("a", "a", "a", "b", kills=(kill,))
    assert "no more second copies than mails on their way at a kill" in too_many
