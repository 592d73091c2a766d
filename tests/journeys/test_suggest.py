"""Suggestions while typing: by keyboard, mouse and finger, and a plain box where there are none."""

import pytest
from playwright.sync_api import expect

from .keyboard import Keyboard
from .test_access import check

WITH_A_BOX = ("/", "/aanbod", "/kaart")
NAMES = {
    "le": [("Leren en werken", "theme", "/aanbod?thema=leerwerk")],
    "lei": [
        ("Leiden", "municipality", "/aanbod?gemeente=leiden"),
        ("Jonge Moeders Leiden", "service", "/aanbod/jonge-moeders-leiden"),
        ("Gemeente Leiden, Participatie", "organization", "/aanbieders"),
    ],
}


def answer(typed: str) -> dict:
    """What the server would suggest, at most a few so that a test can name them."""
    keys = ("text", "kind", "url")
    return {"suggestions": [dict(zip(keys, row, strict=True)) for row in NAMES.get(typed, [])]}


def typed_in(route) -> str:
    return route.request.url.partition("?q=")[2]


@pytest.fixture
def box(tab):
    """The search box of the home page, with suggestions that we know."""
    tab.page.route("**/api/v1/suggest*", lambda route: route.fulfill(json=answer(typed_in(route))))
    return tab.go("/").page.get_by_role("combobox", name="Wat is er aan de hand?")


def type_in(box, text: str) -> None:
    box.press_sequentially(text)
    expect(options(box)).to_have_count(len(NAMES[text]))


def options(box):
    return box.page.locator("#suggesties [role=option]")


def active(box) -> str | None:
    """The words of the option on which the keys stand."""
    name = box.get_attribute("aria-activedescendant")
    return box.page.locator(f"#{name}").inner_text() if name else None


def is_open(box) -> bool:
    return box.get_attribute("aria-expanded") == "true"


@pytest.mark.parametrize("path", WITH_A_BOX)
def test_what_the_server_suggests_is_clean_with_the_list_open(tab, path):
    box = tab.go(path).page.locator("#q")
    box.press_sequentially("scho")
    expect(options(box).first).to_be_visible()
    tab.page.keyboard.press("ArrowDown")
    check(tab)
    assert is_open(box), "it stays open while we look"
    for option in options(box).all():
        assert option.bounding_box()["height"] >= 44
    texts = options(box).all_inner_texts()
    assert all(text.endswith(("Plek", "Organisatie", "Thema", "Gemeente")) for text in texts)


def test_choosing_by_keyboard_alone(tab, box):
    keyboard = Keyboard(tab.page)
    keyboard.write("q", "lei")
    expect(options(box)).to_have_count(3)
    expect(tab.page.get_by_role("status").filter(has_text="suggesties")).to_have_text(
        "3 suggesties. Kies met de pijltjes."
    )
    assert active(box) is None, "nothing is chosen before somebody chooses"
    press = tab.page.keyboard.press
    press("ArrowDown")
    assert active(box) == "Leiden\nGemeente"
    press("ArrowUp")
    assert active(box) is None
    press("ArrowUp")
    assert active(box) == "Gemeente Leiden, Participatie\nOrganisatie"
    press("ArrowDown")
    press("ArrowDown")
    press("ArrowDown")
    assert active(box) == "Jonge Moeders Leiden\nPlek"
    assert box.input_value() == "lei", "the box keeps what was typed"
    with tab.page.expect_navigation():
        press("Enter")
    assert tab.path == "/aanbod/jonge-moeders-leiden"
    tab.assert_clean()


def test_home_and_end_go_back_to_the_letters(tab, box):
    type_in(box, "lei")
    for key, place in (("Home", 0), ("End", 3)):
        tab.page.keyboard.press("ArrowDown")
        assert active(box)
        tab.page.keyboard.press(key)
        assert active(box) is None
        assert box.evaluate("box => box.selectionStart") == place
        assert is_open(box)


def test_escape_closes_the_list_and_then_empties_the_box(tab, box):
    type_in(box, "lei")
    tab.page.keyboard.press("Escape")
    assert not is_open(box)
    assert box.input_value() == "lei"
    tab.page.keyboard.press("ArrowDown")
    expect(options(box)).to_have_count(3)
    assert active(box) == "Leiden\nGemeente", "an arrow opens it again"
    tab.page.keyboard.press("Escape")
    tab.page.keyboard.press("Escape")
    assert box.input_value() == ""


def test_tab_goes_on_to_the_next_field(tab, box):
    type_in(box, "lei")
    tab.page.keyboard.press("ArrowDown")
    tab.page.keyboard.press("Tab")
    expect(tab.page.get_by_label("Gemeente")).to_be_focused()
    assert not is_open(box)
    assert tab.path == "/"


def test_enter_without_a_choice_searches_for_what_was_typed(tab, box):
    type_in(box, "lei")
    with tab.page.expect_navigation():
        tab.page.keyboard.press("Enter")
    assert tab.path == "/aanbod"
    assert "q=lei" in tab.page.url


def test_choosing_with_the_mouse_and_leaving_beside_the_list(tab, box):
    type_in(box, "lei")
    tab.page.get_by_role("heading", level=1).click()
    expect(options(box)).to_have_count(0)
    box.fill("")
    type_in(box, "lei")
    with tab.page.expect_navigation():
        tab.page.get_by_role("option", name="Jonge Moeders Leiden").click()
    assert tab.path == "/aanbod/jonge-moeders-leiden"


def test_the_typed_beginnings_are_emphasised(box):
    type_in(box, "lei")
    assert options(box).locator("b").all_inner_texts() == ["Lei", "Lei", "Lei"]


def test_choosing_with_a_finger_on_a_small_telephone(browser, live):
    context = browser.new_context(
        viewport={"width": 320, "height": 640}, has_touch=True, is_mobile=True
    )
    page = context.new_page()
    page.goto(live.address + "/aanbod")
    page.locator("#q").tap()
    page.keyboard.type("leiden")
    option = page.get_by_role("option", name="Leiden Gemeente", exact=True)
    expect(option).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    page.get_by_role("button", name="Zoek", exact=True).click(trial=True)
    with page.expect_navigation():
        option.tap()
    assert page.url.endswith("/aanbod?gemeente=leiden")
    context.close()


def test_on_a_small_telephone_the_button_comes_back_when_the_list_closes(tab, box):
    tab.page.set_viewport_size({"width": 320, "height": 640})
    type_in(box, "lei")
    tab.page.keyboard.press("Escape")
    with tab.page.expect_navigation():
        tab.page.get_by_role("button", name="Zoek", exact=True).click()
    assert "q=lei" in tab.page.url


def test_an_answer_that_comes_too_late_is_dropped(tab):
    waiting = []

    def slow_at_first(route):
        if typed_in(route) == "le":
            waiting.append(route)
        else:
            route.fulfill(json=answer(typed_in(route)))

    tab.page.route("**/api/v1/suggest*", slow_at_first)
    box = tab.go("/").page.locator("#q")
    box.press_sequentially("le")
    with tab.page.expect_request("**/api/v1/suggest?q=le"):
        pass
    type_in_more(box)
    for route in waiting:
        route.fulfill(json=answer("le"))
    tab.page.wait_for_timeout(300)
    assert options(box).first.inner_text() == "Leiden\nGemeente"


def type_in_more(box) -> None:
    box.press_sequentially("i")
    expect(options(box)).to_have_count(3)


def test_one_letter_asks_nothing_and_typing_on_asks_once(tab, box):
    asked = []
    tab.page.on("request", lambda r: asked.append(r.url) if "suggest?" in r.url else None)
    box.press_sequentially("l")
    tab.page.wait_for_timeout(400)
    assert asked == []
    box.press_sequentially("ei", delay=10)
    expect(options(box)).to_have_count(3)
    assert [url.partition("?")[2] for url in asked] == ["q=lei"]


def test_without_an_answer_it_is_a_plain_box(tab):
    tab.page.route("**/api/v1/suggest*", lambda route: route.abort())
    box = tab.go("/").page.locator("#q")
    with tab.page.expect_event("requestfailed"):
        box.press_sequentially("lei")
    tab.page.wait_for_timeout(200)
    assert not is_open(box)
    assert [m for m in tab.messages if "ERR_FAILED" not in m] == [], "only the browser says so"
    with tab.page.expect_navigation():
        tab.page.keyboard.press("Enter")
    assert "q=lei" in tab.page.url


def test_nothing_that_was_typed_is_kept(tab, box):
    type_in(box, "lei")
    assert tab.page.evaluate("localStorage.length + sessionStorage.length") == 0
    assert tab.page.context.cookies() == []


@pytest.mark.parametrize("path", WITH_A_BOX)
def test_without_javascript_it_is_a_search_box(narrow_tab, path):
    page = narrow_tab.go(path).page
    expect(page.get_by_role("combobox", name="Wat is er aan de hand?")).to_have_count(0)
    page.get_by_role("searchbox", name="Wat is er aan de hand?").fill("schulden")
    with page.expect_navigation():
        page.get_by_role("button", name="Zoek", exact=True).click()
    assert "q=schulden" in page.url
    narrow_tab.assert_fits()
