"""A mentor with a pupil beside them finds the right service, and whom to call, in one line."""

import re

import pytest

from .keyboard import Keyboard
from .questions import MOST_ABOVE, MOST_LOADS, MOST_TYPED, QUESTIONS, ask


@pytest.fixture
def mentor(tab):
    tab.sign_in("mentor")
    return tab


def test_ten_everyday_questions_lead_to_a_telephone_number_in_three_pages(mentor):
    assert len({question.story for question in QUESTIONS}) == 10
    for question in QUESTIONS:
        answer = ask(mentor, question)
        assert len(question.typed) <= MOST_TYPED, question.typed
        assert answer.loads <= MOST_LOADS, question.typed
        assert answer.above <= MOST_ABOVE, question.typed
        assert re.fullmatch(r"[\d ]{10,}", answer.number), question.typed
    mentor.assert_clean()


@pytest.mark.parametrize("page", ["aanbod", "kaart"])
def test_who_uses_the_keyboard_need_not_walk_through_the_filters(tab, page):
    tab.go(f"/{page}?q=schulden")
    keyboard, results = Keyboard(tab.page), tab.page.locator("#resultaten")
    keyboard.tab_to(lambda now: now["words"] == "Ga naar de resultaten")
    tab.page.keyboard.press("Enter")
    assert results.evaluate("e => e === document.activeElement")
    tab.page.keyboard.press("Tab")
    assert results.evaluate("e => e.contains(document.activeElement)")
