"""The only door to Folium: a map of the Netherlands that loads nothing from outside.

Folium as it comes asks four public networks for ten files. The subclasses here name the
files of our own site instead, and leave out jQuery, Bootstrap and the icon fonts, which
only its pop-ups and markers need: ``static/js/map.js`` draws those.

Importing this module costs about a second and 84 MB, so import it where a map is drawn
and not at the top of a module that every process loads.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import folium
from branca.element import CssLink, Figure, JavascriptLink, MacroElement
from folium.elements import JSCSSMixin
from folium.plugins import Fullscreen, MarkerCluster
from folium.template import Template

LEAFLET = "vendor/leaflet-1.9.4"
CLUSTER = "vendor/leaflet.markercluster-1.5.3"
FULL_SCREEN = "vendor/leaflet.fullscreen-3.0.2"

CENTRE = (52.15, 5.35)
"""Latitude and longitude of what is in view before there is anything to show."""
FARTHEST, NEAREST = 6, 17
NEAREST_WITHOUT_TILES = 12
"""Nearer than this our own ground shows nothing to find one's way by."""


@dataclass(frozen=True)
class Drawing:
    """A map as a page draws it.

    ``styles`` and ``scripts`` are names for ``asset()``, in the order in which they must be
    loaded; ``html`` is the place of the map; ``script`` goes into a script element with the
    nonce of the answer, after all of them.
    """

    styles: tuple[str, ...]
    scripts: tuple[str, ...]
    html: str
    script: str


class _Ground(folium.Map):
    default_js = [("leaflet", f"{LEAFLET}/leaflet.js")]
    default_css = [("leaflet_css", f"{LEAFLET}/leaflet.css")]


class _Spots(MarkerCluster):
    default_js = [("cluster", f"{CLUSTER}/leaflet.markercluster.js")]
    default_css = [("cluster_css", f"{CLUSTER}/MarkerCluster.css")]


class _FullScreen(Fullscreen):
    default_js = [("full_screen", f"{FULL_SCREEN}/Control.FullScreen.js")]
    default_css = [("full_screen_css", f"{FULL_SCREEN}/Control.FullScreen.css")]


class _Handover(JSCSSMixin, MacroElement):
    """Gives the map, its spots and the options to our own script, which does the rest."""

    default_js = [("map", "js/map.js")]
    default_css = [("map_css", "css/map.css")]
    _template = Template(
        """
        {% macro script(this, kwargs) %}
            drawSocialMap(
                {{ this._parent.get_name() }}, {{ this.spots.get_name() }},
                {{ this.options|tojson }}
            );
        {% endmacro %}
        """
    )

    def __init__(self, spots: MarkerCluster, options: Mapping[str, object]) -> None:
        super().__init__()
        self._name = "Handover"
        self.spots = spots
        self.options = dict(options)


def draw(
    options: Mapping[str, object],
    *,
    full_screen: str,
    leave_full_screen: str,
    tiles_url: str | None = None,
    attribution: str | None = None,
) -> Drawing:
    """Draw a map; ``options`` (plain values) reach ``drawSocialMap()`` of ``static/js/map.js``.

    ``full_screen`` and ``leave_full_screen`` are the words of that button. With ``tiles_url``
    (``https://host/{z}/{x}/{y}.png``) the ground comes from a tile server, and
    ``attribution`` says whose it is; ``ValueError`` when that is missing.
    """
    ground = _Ground(
        location=CENTRE,
        zoom_start=7,
        zoom_control=False,
        tiles=tiles_url,
        attr=attribution,
        max_zoom=NEAREST,
        attributionControl=bool(tiles_url),
        # In the words of Leaflet: Folium's own min_zoom and max_zoom go to the tiles only,
        # and the clusters cannot do without.
        minZoom=FARTHEST,
        maxZoom=NEAREST if tiles_url else NEAREST_WITHOUT_TILES,
        # Tiles are drawn for whole steps; our own lines fill the frame at any.
        zoomSnap=1 if tiles_url else 0.25,
        # The page scrolls on past the map; map.js lets the wheel in after a click.
        scrollWheelZoom=False,
    )
    spots = _Spots(
        zoomToBoundsOnClick=False,
        spiderfyOnMaxZoom=False,
        showCoverageOnHover=False,
        chunkedLoading=True,
        maxClusterRadius=56,
    )
    spots.add_to(ground)
    _FullScreen(
        title=full_screen, title_cancel=leave_full_screen, force_separate_button=True
    ).add_to(ground)
    _Handover(spots, {**options, "hasTiles": bool(tiles_url)}).add_to(ground)
    return _taken_apart(ground)


def _taken_apart(ground: folium.Map) -> Drawing:
    """The parts of Folium's page that ours needs; its own head forbids zooming in on text."""
    figure = ground.get_root()
    assert isinstance(figure, Figure)
    figure.render()
    links = list(figure.header._children.values())
    return Drawing(
        styles=tuple(link.url for link in links if isinstance(link, CssLink)),
        scripts=tuple(link.url for link in links if isinstance(link, JavascriptLink)),
        html=figure.html.render().strip(),
        script=figure.script.render().strip(),
    )
