"""A table for Excel: it opens with its columns and its letters, and nothing in it runs."""

import csv
from datetime import date

import pytest

from socialmap.kit.tables import as_csv


def opened(content: bytes) -> list[list[str]]:
    return list(csv.reader(content.decode("utf-8-sig").splitlines(), delimiter=";"))


def test_excel_in_dutch_finds_letters_columns_and_days():
    content = as_csv(["naam", "dag", "leeg"], [["Fryslân; zuid", date(2026, 11, 23), None]])
    assert content.startswith(b"\xef\xbb\xbf")
    assert opened(content) == [["naam", "dag", "leeg"], ["Fryslân; zuid", "2026-11-23", ""]]


@pytest.mark.parametrize("made_up", ["=1+1", "+31", "-2", "@SUM(A1)", "\t=1", " =1", "\r=1"])
def test_a_name_that_looks_like_a_formula_stays_a_text(made_up):
    assert as_csv(["naam"], [[made_up]]).decode("utf-8-sig").split("\r\n", 1)[1][:2] in (
        "'" + made_up[:1], '"\'',
    )  # fmt: skip


def test_a_number_stays_a_number():
    assert opened(as_csv(["dagen"], [[-3]]))[1] == ["-3"]
