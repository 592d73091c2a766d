"""The pages of running text: each opens, says where it comes from, and leads to what is there."""

import re
from itertools import pairwise
from urllib.parse import urlsplit

import pytest

from socialmap.config import ROOT
from socialmap.kit.formats import plain_date
from socialmap.pages.heads import BadHead
from socialmap.pages.queries import page_by_slug

PAGES = ROOT / "content" / "pages"
SLUGS = sorted(path.stem for path in PAGES.glob("*.md"))
SHORT = {
    "privacy": "/privacy",
    "toegankelijkheid": "/toegankelijkheid",
    "rechten": "/rechten",
    "colofon": "/colofon",
}
HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")


def heading_levels(page) -> list[int]:
    """The levels of the headings in the main part, in order."""
    main = page.tree.find(".//main")
    return [int(element.tag[1]) for element in main.iter() if element.tag in HEADINGS]


def steps_down(levels: list[int]) -> bool:
    """Whether the headings begin at one and never skip a level on the way down."""
    return levels[0] == 1 and all(below <= above + 1 for above, below in pairwise(levels))


def test_every_page_opens_with_its_title_source_and_date(demo_site, demo_page):
    for slug in SLUGS:
        page = page_by_slug(PAGES, slug)
        demo_page.get(f"/pagina/{slug}")
        assert page.title in demo_page.title
        assert f"Bron: {page.source}." in demo_page.main
        with demo_site.test_request_context():
            assert f"Nagelezen op {plain_date(page.checked_on)}." in demo_page.main
        assert steps_down(heading_levels(demo_page)), slug


def test_pages_that_the_site_must_have_have_their_own_address(demo_page):
    for slug, address in SHORT.items():
        demo_page.get(address)
        assert page_by_slug(PAGES, slug).title in demo_page.main


def test_a_skipped_heading_would_be_seen():
    assert steps_down([1, 2, 3, 2])
    assert not steps_down([1, 3])
    assert not steps_down([2, 3])


@pytest.mark.parametrize("address", ["/pagina/bestaat-niet", "/pagina/Privacy", "/pagina/a.b"])
def test_unknown_page_is_not_there(demo_page, address):
    demo_page.get(address, status=404)


def test_every_link_inside_the_site_leads_somewhere(demo_page):
    addresses = set()
    for folder in ("pages", "praktijk"):
        for path in (ROOT / "content" / folder).glob("*.md"):
            addresses |= set(re.findall(r"\]\((/[^)]*)\)", path.read_text()))
    assert "/aanbod?soort_aanbieder=onafhankelijk-advies" in addresses
    for address in sorted(addresses):
        demo_page.get(address)
        if urlsplit(address).query:
            assert "Niets gevonden" not in demo_page.main, address


def test_links_to_elsewhere_are_safe_and_a_telephone_can_call_the_urgent_numbers(demo_page):
    links = set()
    for slug in SLUGS:
        links |= set(demo_page.get(f"/pagina/{slug}").links().values())
    assert {link for link in links if not link.startswith(("/", "#", "https:", "tel:"))} == set()
    assert {"tel:112", "tel:113", "tel:08002000", "tel:08000432"} <= links


def test_a_page_is_honest_about_what_is_not_filled_in_or_tested(demo_page):
    assert "Dat hebben ze hier nog niet ingevuld" in demo_page.get("/privacy").main
    statement = demo_page.get("/toegankelijkheid").main
    assert "Een bureau van buiten heeft de site nog niet onderzocht" in statement
    assert "Nationale ombudsman" in statement


GOOD = "---\ntitle: Hulp\nsource: de wet\nchecked_on: 2026-11-22\n---\nTekst.\n"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (GOOD.replace("title: Hulp\n", ""), "title"),
        (GOOD.replace("source: de wet\n", ""), "source"),
        (GOOD.replace("source: de wet", "source:"), "source"),
        (GOOD.replace("checked_on: 2026-11-22\n", ""), "checked_on"),
        (GOOD.replace("2026-11-22", "onlangs"), "checked_on"),
        ("Alleen tekst.\n", "kop"),
        ("---\n---\nTekst.\n", "kop"),
        (GOOD.replace("title: Hulp", "title: [Hulp"), "YAML"),
    ],
)
def test_a_bad_head_names_the_file_and_the_key(tmp_path, text, told):
    (tmp_path / "hulp.md").write_text(text)
    with pytest.raises(BadHead, match=rf"^hulp\.md.*{told}"):
        page_by_slug(tmp_path, "hulp")


def test_a_text_cannot_bring_a_script(tmp_path):
    (tmp_path / "hulp.md").write_text(GOOD + "<script>alert(1)</script>[x](javascript:alert(1))")
    page = page_by_slug(tmp_path, "hulp")
    assert page.title == "Hulp"
    assert "script" not in page.html
