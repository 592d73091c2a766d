"""Everything that a mail says can be said in English, with the same values in it."""

import re

import pytest

from socialmap.kit.catalogues import catalogue
from socialmap.kit.language import DUTCH, LANGUAGES

from ..messages import english, spoken_in_mails, words_of

SPOKEN = [message for message in spoken_in_mails() if message.id]
HOW = "run python -m tests.messages, and write the English in socialmap/translations"


def values_in(text: str) -> list[str]:
    """What is filled in a text: ``%(name)s``."""
    return sorted(re.findall(r"%\(\w+\)[a-z]|%%", text))


def test_the_texts_of_templates_and_of_modules_are_found():
    found = {text for message in SPOKEN for text in words_of(message)}
    assert {"Dag %(name)s,", "Op school", "Plan de kennismaking", "H.mm"} <= found


@pytest.mark.parametrize("message", SPOKEN, ids=lambda message: str(message.id)[:40])
def test_every_text_of_a_mail_has_an_english_one_with_the_same_values(message):
    written = english().get(message.id)
    assert written is not None, HOW
    texts = [written.string] if isinstance(written.string, str) else list(written.string)
    for text in texts:
        assert text and not written.fuzzy, HOW
        assert values_in(text) == values_in(words_of(message)[-1])


def test_the_catalogue_holds_nothing_that_is_no_longer_said():
    said = {message.id for message in SPOKEN}
    assert {message.id for message in english() if message.id} == said, HOW


def test_a_text_that_is_cut_over_lines_keeps_its_lines():
    for message in english():
        if isinstance(message.id, str) and message.id:
            assert message.id.count("\n") == message.string.count("\n"), message.id


def test_a_language_that_somebody_may_choose_is_spoken():
    for language in LANGUAGES:
        says = catalogue(language).ugettext("Onderwerp:")
        assert (says == "Onderwerp:") == (language == DUTCH)
