"""The map in a real browser: nothing, one, many; by keyboard alone; nothing from outside."""

import random

import pytest
from playwright.sync_api import expect

from socialmap.search.mapping import GOALS

from ..processes.running import wait_until
from .keyboard import Keyboard
from .test_access import check

SLUG = "reboundvoorziening-de-brug"
NAME = "Reboundvoorziening De Brug"


@pytest.fixture
def map_tab(tab):
    """A tab where every request to another host fails."""
    tab.page.route(lambda url: not url.startswith(tab.site.address), lambda route: route.abort())
    return tab


def invented(points: list[tuple[float, float]]) -> dict:
    """The answer of the server for services at these points; each leads to one of the demo."""
    count = len(points)
    return {
        "name": [NAME] * count,
        "slug": [""] * count,
        "goal": [number % len(GOALS) for number in range(count)],
        "organization": [0] * count,
        "organizations": ["De Brug"],
        "place": [0] * count,
        "places": ["Leiden"],
        "count": [1] * count,
        "lat": [round(lat * 10_000) for lat, _lon in points],
        "lon": [round(lon * 10_000) for _lat, lon in points],
        "about": [number % 2 for number in range(count)],
        "told": f"{count} plekken op de kaart.",
    }


def answer_with(tab, points) -> None:
    columns = invented(points)
    tab.page.route("**/kaart/punten.json*", lambda route: route.fulfill(json=columns))


def wait_until_drawn(tab, told: str) -> None:
    expect(tab.page.locator(".sm-atlas__status")).to_contain_text(told)
    expect(tab.page.locator(".sm-ghost")).to_have_count(0)


def shown(tab) -> int:
    """How many services the signs on the map stand for."""
    counts = tab.page.locator(".sm-cluster__count").all_inner_texts()
    return sum(map(int, counts)) + tab.page.locator(".sm-spot").count()


def test_nothing_one_and_the_whole_demo_are_drawn(map_tab):
    for query, services in (
        ("?q=zzzz", 0),
        ("?q=%22thuiszitterscoach%22&gemeente=leiden", 1),
        ("", 150),
    ):
        columns = map_tab.page.request.get(f"{map_tab.site.address}/kaart/punten.json{query}")
        map_tab.go("/kaart" + query)
        wait_until_drawn(map_tab, f"{services} plek")
        assert shown(map_tab) == sum(columns.json()["count"]) >= services
        assert map_tab.page.locator(".sm-atlas__land").count() == 12
    map_tab.assert_clean()


def test_ten_thousand_services_are_drawn_as_clusters_whose_shape_says_how_many(map_tab):
    chance = random.Random(7)
    points = [(chance.uniform(51.3, 53.2), chance.uniform(4.5, 6.8)) for _number in range(10_000)]
    answer_with(map_tab, points)
    map_tab.go("/kaart")
    wait_until_drawn(map_tab, "10000 plekken")
    assert shown(map_tab) == 10_000
    for shape, least, most in (("few", 2, 9), ("some", 10, 99), ("many", 100, 10_000)):
        for count in map_tab.page.locator(f".sm-cluster--{shape}").all_inner_texts():
            assert least <= int(count) <= most
    assert map_tab.page.locator(".sm-cluster--many").count()
    map_tab.assert_clean()


def test_by_keyboard_alone_from_a_cluster_to_a_service_and_back(map_tab):
    page, keyboard = map_tab.page, Keyboard(map_tab.page)
    page.emulate_media(reduced_motion="reduce")
    answer_with(map_tab, [(52.16, 4.49), (52.24, 4.49), (53.2, 6.5), (53.2, 6.5)])
    map_tab.go("/kaart")
    wait_until_drawn(map_tab, "4 plekken")
    page.get_by_role("link", name="In de agenda").focus()
    keyboard.tab_to(lambda e: e["words"] == "Sla de kaart over: ga naar de lijst")
    page.get_by_role("button", name="2 plekken bij elkaar").wait_for()
    page.get_by_role("button", name="2 plekken op één punt").wait_for()

    keyboard.tab_to(lambda e: is_in_focus(page, "2 plekken bij elkaar"))
    page.keyboard.press("Enter")
    spot = page.locator(".sm-spot").first
    expect(page.locator(".sm-spot:focus")).to_have_count(1)

    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog", name=NAME)).to_be_focused()
    expect(page.locator(".sm-atlas__area")).to_contain_text("Leiderdorp")
    assert page.locator(".sm-atlas__inside").count() > 1
    keyboard.tab_to(lambda e: e["words"] == NAME)
    assert page.evaluate("document.activeElement.pathname") == f"/aanbod/{SLUG}"

    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.locator(".sm-spot:focus")).to_have_count(1)
    expect(spot).to_be_visible()
    assert page.locator(".sm-atlas__inside").count() == 0
    map_tab.assert_clean()


def is_in_focus(page, words: str) -> bool:
    label = page.evaluate("document.activeElement.getAttribute('aria-label') || ''")
    return label.startswith(words)


def test_what_stands_on_one_point_opens_as_a_list_of_names(map_tab):
    page = map_tab.page
    page.emulate_media(reduced_motion="reduce")
    answer_with(map_tab, [(52.16, 4.49)] * 103)
    map_tab.go("/kaart")
    wait_until_drawn(map_tab, "103 plekken")
    page.get_by_role("button", name="103 plekken op één punt").press("Space")
    dialog = page.get_by_role("dialog", name="103 plekken op dit punt")
    expect(dialog).to_be_focused()
    assert dialog.get_by_role("link").count() == 100
    expect(dialog).to_contain_text("En nog 3")
    dialog.get_by_role("button", name=f"Toon werkgebied van {NAME}").first.click()
    expect(dialog.locator(".sm-atlas__area").first).to_contain_text("Leiderdorp")
    dialog.get_by_role("button", name="Sluit").click()
    expect(page.get_by_role("button", name="103 plekken op één punt")).to_be_focused()
    map_tab.assert_clean()


def test_the_wheel_scrolls_the_page_until_the_map_is_clicked(map_tab):
    page = map_tab.page
    map_tab.go("/kaart?bij=Leiden&binnen=10")
    wait_until_drawn(map_tab, "op de kaart")
    expect(page.locator(".sm-atlas__near")).to_have_count(1)
    page.mouse.move(640, 600)
    page.mouse.wheel(0, 120)
    wait_until(lambda: page.evaluate("() => scrollY") > 0)


def test_everybody_can_use_the_map_and_what_opens_on_it(map_tab):
    page = map_tab.page
    map_tab.go("/kaart")
    wait_until_drawn(map_tab, "150 plekken")
    page.get_by_role("button", name="op één punt").first.press("Enter")
    expect(page.get_by_role("dialog")).to_be_focused()
    check(map_tab)


def test_a_map_that_does_not_load_says_so_and_leaves_the_list(map_tab):
    page = map_tab.page
    page.route("**/kaart/punten.json*", lambda route: route.fulfill(status=503))
    map_tab.go("/kaart")
    wait_until_drawn(map_tab, "De lijst doet het wel")
    assert page.locator(".sm-spots__item").count() == 20
