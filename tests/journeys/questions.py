"""Ten everyday questions of a mentor, each out of another user story, and asking them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Question:
    story: str
    typed: str
    service: str
    """The slug of a service of the demo that answers it."""


QUESTIONS = (
    Question(
        "A mentor finds offers by group, level, problem and goal, and sees at once whom to ask",
        "16 zonder diploma werk",
        "doorstroompunt-oost-gelderland",
    ),
    Question(
        "A dean sees what support an mbo school has before the pupil applies",
        "autisme op het mbo",
        "autismecoach-mbo",
    ),
    Question(
        "A mentor sees admission rules, entry moments and cost, so as not to refer in vain",
        "instroom na oktober",
        "instroomklas-na-1-oktober",
    ),
    Question(
        "A mentor hears a “no” and looks for an alternative",
        "afgewezen voor mbo",
        "onderwijsloket-mbo",
    ),
    Question(
        "A dean sees in September which of the pupils did not start",
        "zomer zonder school",
        "zomeroverstap-vmbo-mbo",
    ),
    Question(
        "A care team chooses “team first” for a pupil with several problems at once",
        "multiproblemen",
        "pluscoach-rijnstreek",
    ),
    Question(
        "A care coordinator may not close a deregistration before the pupil has landed",
        "wordt uitgeschreven",
        "steunpunt-studieadvies",
    ),
    Question(
        "A care coordinator sees which other helper is already involved",
        "maatschappelijk werk",
        "schoolmaatschappelijk-werk-rijnland",
    ),
    Question(
        "A pupil reads in plain language which help exists and how to apply without a school",
        "ik ben somber",
        "inloop-schoolpsycholoog",
    ),
    Question(
        "A pupil who is refused or deregistered finds their rights",
        "geschorst",
        "onderwijsvraagbaak",
    ),
)

MOST_LOADS, MOST_TYPED, MOST_ABOVE = 3, 25, 2
"""Pages and characters up to the telephone number, and results that stand above the service."""


@dataclass(frozen=True)
class Answer:
    loads: int
    above: int
    """How many results stand above the service."""
    number: str


def ask(tab: Any, question: Question, picture: Callable[[str], Any] = str) -> Answer:
    """From the home page to the telephone number of the contact, as somebody does who types.

    ``picture`` is called with a name when there is something to see.
    """
    page, loads = tab.page, 0

    def count(request: Any) -> None:
        nonlocal loads
        loads += request.is_navigation_request() and request.frame.parent_frame is None

    page.on("request", count)
    tab.go("/")
    page.locator("#q").press_sequentially(question.typed)
    page.keyboard.press("Enter")
    page.wait_for_url("**/aanbod?**")
    picture("found")
    found = page.locator(".sm-cards .sm-card__title a")
    slugs = [str(link.get_attribute("href")).rpartition("/")[2] for link in found.all()]
    found.nth(slugs.index(question.service)).click()
    page.wait_for_url(f"**/aanbod/{question.service}")
    number = page.locator("main .sm-call").first
    number.scroll_into_view_if_needed()
    assert number.is_visible()
    picture("contact")
    page.remove_listener("request", count)
    return Answer(loads, slugs.index(question.service), number.inner_text().strip())
