"""The small twin of the proof ``scale``: the same, of 400 services, without limits of time."""

from ..proofs import scale


def test_an_import_appears_at_once_while_the_site_answers_and_stores_referrals(templates, tmp_path):
    folder = templates.copy("sqlite", True, tmp_path / "data").data_dir
    found = scale.measure(folder, 400, pause=2, afterwards=0.5, times=1)
    assert [str(claim) for claim in scale.is_right(found) if not claim.holds] == []
