"""Ten everyday questions of a mentor lead to the telephone number of the right contact.

Each comes out of another user story. A mentor who is signed in types it on the home page of
the demo, opens a result, and sees the number; a page load is one that a browser makes.
"""

import shutil
from functools import partial
from pathlib import Path

from playwright.sync_api import sync_playwright

from ..conftest import fill, make_config
from ..journeys.conftest import open_tab
from ..journeys.questions import MOST_ABOVE, MOST_LOADS, MOST_TYPED, QUESTIONS, Answer, ask
from ..processes.running import running
from . import Claim, Outcome

SEED = 0
"""Nothing is left to chance."""

PICTURES = Path(__file__).parent / "questions"


def prove(folder: Path) -> Outcome:
    """Ask them all, and make a picture of what was found and of the contact."""
    fill(make_config(folder), with_demo=True)
    shutil.rmtree(PICTURES, ignore_errors=True)
    PICTURES.mkdir()
    with running(folder) as site, sync_playwright() as driver:
        browser = driver.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="nl-NL")
        tab = open_tab(context, site)
        tab.sign_in("mentor")
        answers = [
            ask(tab, question, partial(_take, tab.page, number))
            for number, question in enumerate(QUESTIONS, 1)
        ]
        browser.close()
    return Outcome(list(_claims(answers)), "\n\n".join(map(_told, range(1, 11), answers)))


def _take(page, number: int, name: str) -> None:
    page.screenshot(path=PICTURES / f"{number:02}-{name}.jpg", type="jpeg", quality=45)


def _claims(answers: list[Answer]):
    stories = len({question.story for question in QUESTIONS})
    yield Claim("questions, each of another story", "10", str(stories), stories == 10)
    for words, most, seen in (
        ("page loads to the number", MOST_LOADS, [answer.loads for answer in answers]),
        ("characters typed", MOST_TYPED, [len(question.typed) for question in QUESTIONS]),
        ("results above the service", MOST_ABOVE, [answer.above for answer in answers]),
    ):
        yield Claim(words, f"at most {most}", f"at most {max(seen)}", max(seen) <= most)


def _told(number: int, answer: Answer) -> str:
    question = QUESTIONS[number - 1]
    return f"""\
## {number}. {question.typed}

{question.story}: {len(question.typed)} characters, {answer.loads} page loads, result
{answer.above + 1}, `{question.service}`, telephone {answer.number}.

![What was found](questions/{number:02}-found.jpg)
![The contact](questions/{number:02}-contact.jpg)"""
