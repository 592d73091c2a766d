"""The small twin of the proof of a year: forty referrals in fifty days, the same code."""

from ..proofs.year import simulate


def test_everything_overdue_is_told_once_per_round_to_the_right_people(tmp_path, quick_passwords):
    outcome = simulate(tmp_path, referrals=40, schools=4, providers=6, days=50, seed=7)
    short = [str(claim) for claim in outcome.claims if not claim.holds]
    assert short == []
