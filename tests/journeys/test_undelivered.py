"""Mail that did not arrive: found in the menu and mended with the keyboard, also on a telephone."""

import sqlite3
from contextlib import closing

from ..processes.running import wait_until
from .keyboard import Keyboard
from .test_access import check
from .test_line import fill_in


def lose_a_mail(site) -> str:
    """Let the newest mail come back once all have left; gives its subject."""
    with closing(sqlite3.connect(site.folder / "socialmap.db", timeout=30)) as db, db:
        (waiting,) = db.execute("SELECT count(*) FROM outbox WHERE sent_at IS NULL").fetchone()
        if waiting:
            return ""
        newest, subject = db.execute(
            "SELECT id, subject FROM outbox ORDER BY id DESC LIMIT 1"
        ).fetchone()
        db.execute(
            "UPDATE outbox SET dead_at = sent_at, last_error = 'bounced 5.1.1' WHERE id = ?",
            (newest,),
        )
        return subject


def test_mail_that_did_not_arrive_is_sent_again_by_keyboard(tab):
    page = tab.page
    tab.sign_in("mentor")
    fill_in(tab)
    page.get_by_role("button", name="Verstuur de aanmelding").click()
    subject = wait_until(lambda: lose_a_mail(tab.site), tab.site.log)
    tab.sign_in("coordinator")
    keyboard = Keyboard(page)
    keyboard.press("Beheer")
    keyboard.press("Mail")
    assert subject in page.inner_text("main")
    check(tab)
    keyboard.tab_to(lambda e: e["words"].startswith("Laat vervallen"))
    page.keyboard.press("Shift+Tab")
    assert keyboard.focus()["words"].startswith("Probeer opnieuw")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert "De mail gaat zo opnieuw weg." in page.inner_text("body")
    tab.assert_clean()


def test_the_list_works_on_a_telephone_without_javascript(narrow_tab):
    tab = narrow_tab.sign_in("admin").go("/beheer/mail")
    assert "Niet bezorgde mail" in tab.page.inner_text("h1")
    tab.assert_fits()
    tab.assert_clean()
