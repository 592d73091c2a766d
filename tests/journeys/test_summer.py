"""A summer in a real browser: a pupil on the list, a call, who stands in, who looks along."""

import pytest

from ..processes.running import running
from .conftest import open_tab
from .test_access import check


@pytest.fixture(scope="module")
def summer(templates, tmp_path_factory):
    """The demo, running in June."""
    folder = templates.copy("sqlite", True, tmp_path_factory.mktemp("summer") / "data").data_dir
    with running(folder, SOCIALMAP_TODAY="2027-06-14") as site:
        yield site


@pytest.fixture
def june(browser, summer):
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="nl-NL")
    yield open_tab(context, summer)
    context.close()


def test_a_school_keeps_sight_of_a_pupil_on_pages_for_everybody(june):
    page = june.page
    june.sign_in("mentor").go("/aanmeldingen")
    page.get_by_role("link", name="Zomerlijst").click()
    page.get_by_role("link", name="Zet een leerling op de lijst").click()
    page.fill("#reference", "123456782")
    page.get_by_role("button", name="Zet op de lijst").click()
    check(june)
    page.fill("#reference", "4B-17")
    page.select_option("#level", "vmbo")
    page.select_option("#leaves_in", "6")
    page.get_by_role("button", name="Zet op de lijst").click()
    page.get_by_role("link", name="4B-17").click()
    page.get_by_label("Telefoon", exact=True).check()
    page.get_by_label("Bereikt: nog geen plek").check()
    page.get_by_role("button", name="Noteer", exact=True).click()
    assert "Ronde 1: bereikt" in page.inner_text("main")
    check(june)
    june.go("/aanmeldingen/zomer/waarnemer")
    page.select_option("#cover", label="Zorgteam Het Kompas")
    page.fill("#first_day", "2027-07-19")
    page.fill("#last_day", "2027-08-01")
    check(june)
    page.get_by_role("button", name="Zet op de lijst").click()
    check(june)
    june.sign_in("coordinator").go("/aanmeldingen/zomer")
    assert "4B-17" not in page.inner_text("main")
    check(june)


def test_a_care_team_lets_others_look_along_on_a_page_for_everybody(june):
    page = june.page
    june.sign_in("zorgteam").go("/aanmeldingen")
    page.get_by_role("link", name="Wie kijkt mee").click()
    page.select_option("#organization", label="Doorstroompunt Rijnstreek")
    page.get_by_role("button", name="Laat meekijken").click()
    check(june)
    page.get_by_role("button", name="Stop: Doorstroompunt Rijnstreek").click()
    assert "Er kijkt nu niemand mee" in page.inner_text("main")
