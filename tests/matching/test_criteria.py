"""The types of admission criteria: what they cover and what they refuse."""

import pytest
from pydantic import ValidationError

from socialmap.matching.criteria import AgeBetween, Kind, LevelIn, LivesIn, read_criterion


@pytest.mark.parametrize(
    ("low", "high", "inside", "outside"),
    [
        (12, 16, [12, 14, 16], [11, 17]),
        (18, None, [18, 99], [17]),
        (None, 23, [0, 23], [24]),
        (16, 16, [16], [15, 17]),
    ],
)
def test_age_is_in_whole_years_with_both_ends_in(low, high, inside, outside):
    rule = AgeBetween(min=low, max=high)
    assert all(rule.covers(age) for age in inside)
    assert not any(rule.covers(age) for age in outside)


@pytest.mark.parametrize(
    ("value", "part_of_message"),
    [
        ({"type": "age"}, "ondergrens of een bovengrens"),
        ({"type": "age", "min": 18, "max": 12}, "(18) is hoger dan de hoogste (12)"),
        ({"type": "age", "min": -1}, "min"),
        ({"type": "age", "max": 121}, "max"),
        ({"type": "age", "min": 12, "maximum": 16}, "maximum"),
        ({"type": "age", "min": 12, "kind": "maybe"}, "kind"),
        ({"type": "level", "levels": []}, "levels"),
        ({"type": "municipality", "municipalities": []}, "municipalities"),
        ({"type": "income", "max": 1000}, "income"),
        ({"min": 12}, "type"),
    ],
)
def test_rule_that_is_no_rule_is_refused(value, part_of_message):
    with pytest.raises(ValidationError) as refusal:
        read_criterion(value)
    assert part_of_message in str(refusal.value)


@pytest.mark.parametrize(
    "rule",
    [
        AgeBetween(min=12),
        AgeBetween(kind=Kind.EXCLUSION, min=24, max=27),
        LevelIn(levels=("vmbo", "havo")),
        LivesIn(kind=Kind.EXCLUSION, municipalities=("GM0546",)),
    ],
)
def test_rule_survives_being_written_down(rule):
    again = read_criterion(rule.model_dump(mode="json", exclude_none=True))
    assert again == rule and type(again) is type(rule)


def test_rule_lets_in_unless_it_says_otherwise():
    assert read_criterion({"type": "level", "levels": ["vmbo"]}).kind == Kind.INCLUSION


def test_rule_cannot_change_once_it_was_checked():
    with pytest.raises(ValidationError):
        AgeBetween(min=12).min = 30
