"""A map loads nothing from outside, runs nothing inline but its own script, and costs no start."""

import re
import subprocess
import sys

import pytest

from socialmap.config import ROOT
from socialmap.kit import leaflet

WORDS = {"full_screen": "Vul het scherm", "leave_full_screen": "Terug"}


def drawn(options=None, **more) -> leaflet.Drawing:
    return leaflet.draw(options or {}, **WORDS, **more)


def test_everything_a_map_needs_is_a_file_of_our_own():
    drawing = drawn()
    assert {name.rsplit("/", 1)[-1] for name in drawing.scripts} == {
        "leaflet.js", "leaflet.markercluster.js", "Control.FullScreen.js", "map.js",
    }  # fmt: skip
    for name in (*drawing.scripts, *drawing.styles):
        assert (ROOT / "static" / name).is_file(), name


def test_leaflet_comes_first_and_our_own_files_last():
    drawing = drawn()
    assert drawing.scripts[0].endswith("/leaflet.js")
    assert drawing.scripts[-1] == "js/map.js"
    assert drawing.styles[0].endswith("/leaflet.css")
    assert drawing.styles[-1] == "css/map.css"


def test_no_outside_address_no_style_and_no_handler_in_a_drawing():
    drawing = drawn({"points": "/kaart/punten.json"})
    for text in (drawing.html, drawing.script):
        assert "//" not in text
        assert "style=" not in text
        assert not re.search(r"\son[a-z]+=", text)
    assert "<" not in drawing.script


def test_a_word_cannot_end_the_script():
    drawing = drawn({"points": "/x?q=</script><script>alert('é')</script>"})
    assert "<" not in drawing.script
    assert "\\u003c/script\\u003e" in drawing.script


def test_the_page_scrolls_past_a_map_and_the_clusters_know_how_near_one_can_come():
    script = drawn().script
    assert '"scrollWheelZoom": false' in script
    assert f'"minZoom": {leaflet.FARTHEST}' in script
    assert f'"maxZoom": {leaflet.NEAREST_WITHOUT_TILES}' in script


def test_tiles_come_from_where_the_operator_says_and_from_nowhere_else():
    tiles = "https://tegels.example/{z}/{x}/{y}.png"
    script = drawn(tiles_url=tiles, attribution="Kadaster").script
    assert re.findall(r"https?://[^/\"]+", script) == ["https://tegels.example"]
    assert "Kadaster" in script
    assert '"hasTiles": true' in script
    assert '"hasTiles": false' in drawn().script, "a map does not change the next one"


def test_tiles_without_a_maker_are_refused():
    with pytest.raises(ValueError, match="attribution"):
        drawn(tiles_url="https://tegels.example/{z}/{x}/{y}.png")


def test_only_who_draws_a_map_pays_for_folium():
    source = "import sys, socialmap.search.mapping; sys.exit('folium' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", source], cwd=ROOT, check=False).returncode == 0
