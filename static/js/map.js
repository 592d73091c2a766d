/* Draws the map of /kaart: the ground, the spots, and what opens when one is chosen.
   socialmap/kit/leaflet.py calls drawSocialMap() with the map and the cluster group that Folium made, and with
   the options of socialmap/search/mapping.py: addresses on this site, the goals, and every word a visitor reads. */
"use strict";

(() => {
  const SVG = "http://www.w3.org/2000/svg";
  const COUNTRY = [[50.7, 3.3], [53.6, 7.25]];
  const NEAREST_AT_FIRST = 11;
  const MOST_IN_LIST = 100;
  const MOST_NAMES = 8;
  const ALL_NAMES_FROM = 9;
  const ICON_SIZE = 44;
  const EDGE = 12;
  const POPUP_WIDTH = 280;
  const isCalm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;

  L.Map.mergeOptions({
    zoomAnimation: !isCalm, fadeAnimation: !isCalm, markerZoomAnimation: !isCalm, inertia: !isCalm,
  });
  L.MarkerClusterGroup.mergeOptions({ animate: !isCalm });

  /* ---------- Small parts ---------- */

  const fill = (words, values) => words.replace(/\{(\w+)\}/g, (_whole, name) => values[name]);

  const isPress = (event) => event.key === "Enter" || event.key === " ";

  async function ask(address) {
    const answer = await fetch(address);
    if (!answer.ok) throw new Error(`${address}: ${answer.status}`);
    return answer.json();
  }

  /* Text goes in as text: a name of a service is never read as HTML. */
  function element(tag, className, ...inside) {
    const made = document.createElement(tag);
    made.className = className;
    made.append(...inside);
    return made;
  }

  function picture(id, className, box) {
    const made = document.createElementNS(SVG, "svg");
    const use = document.createElementNS(SVG, "use");
    made.setAttribute("class", className);
    made.setAttribute("viewBox", box);
    made.setAttribute("aria-hidden", "true");
    use.setAttribute("href", `#${id}`);
    made.append(use);
    return made;
  }

  const wayMark = (goal, size = "") => picture(`m-${goal.mark}`, `sm-mark ${size}`, "0 0 32 32");

  /* An icon that is drawn anew each time it comes into view, with the words of its button. */
  const Sign = L.DivIcon.extend({
    createIcon(old) {
      const made = L.DivIcon.prototype.createIcon.call(this, old);
      made.replaceChildren(...this.options.draw());
      made.setAttribute("aria-label", this.options.label);
      made.title = this.options.label;
      return made;
    },
  });

  /* ---------- What came from the server ---------- */

  /* The address of a service: written out, or its name as an address, with the ending that was given. */
  function slugOf(name, given) {
    if (given && !given.startsWith("-")) return given;
    return name.toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "") + given;
  }

  /* Columns become spots: one for each place of each service. */
  function readSpots(columns, goals) {
    const spots = [];
    let at = 0;
    columns.name.forEach((name, row) => {
      for (let last = at + columns.count[row]; at < last; at += 1) {
        spots.push({
          name,
          slug: slugOf(name, columns.slug[row]),
          goal: goals[columns.goal[row]],
          organization: columns.organizations[columns.organization[row]],
          place: columns.places[columns.place[row]],
          point: L.latLng(columns.lat[at] / 1e4, columns.lon[at] / 1e4),
          isAbout: columns.about[at] === 1,
          count: columns.count[row],
        });
      }
    });
    return spots;
  }

  /* ---------- The map ---------- */

  class SocialMap {
    constructor(map, group, options) {
      this.map = map;
      this.group = group;
      this.options = options;
      this.words = options.words;
      this.container = map.getContainer();
      const whole = this.container.closest(".sm-atlas");
      this.status = whole.querySelector("[role=status]");
      this.ghost = whole.querySelector(".sm-ghost");
      const width = Math.min(POPUP_WIDTH, this.container.clientWidth - 2 * EDGE);
      this.popup = L.popup({
        className: "sm-atlas__popup", closeButton: false, closeOnEscapeKey: false,
        minWidth: width, maxWidth: width, autoPanPadding: [EDGE, EDGE],
      });
      this.area = this.layerIn("area", 410);
      this.names = this.layerIn("names", 450);
      this.opened = null;
    }

    layerIn(pane, height) {
      const made = this.map.createPane(pane);
      made.style.zIndex = height;
      made.setAttribute("aria-hidden", "true");
      return L.layerGroup([], { pane }).addTo(this.map);
    }

    async start() {
      this.status.textContent = this.words.loading;
      this.container.setAttribute("role", "region");
      this.container.setAttribute("aria-label", this.words.map);
      this.map.fitBounds(COUNTRY, { animate: false });
      this.addControls();
      this.listen();
      try {
        await Promise.all([this.drawGround(), this.drawNames(), this.drawSpots()]);
        if (this.places) this.fitNames();
      } catch (error) {
        this.status.textContent = this.words.failed;
        throw error;
      } finally {
        this.ghost.remove();
      }
    }

    addControls() {
      const { zoomIn, zoomOut } = this.words;
      L.control.zoom({ zoomInTitle: zoomIn, zoomOutTitle: zoomOut }).addTo(this.map);
      const button = this.map.fullscreenControl.link;
      button.classList.remove("fullscreen-icon");
      button.replaceChildren(picture("i-expand", "sm-icon", "0 0 24 24"));
      this.map.on("enterFullscreen exitFullscreen", () => button.setAttribute("aria-label", button.title));
    }

    listen() {
      // The wheel scrolls the page, until somebody shows with a click that the map is meant.
      this.container.addEventListener("mousedown", () => this.map.scrollWheelZoom.enable());
      this.container.addEventListener("mouseleave", () => this.map.scrollWheelZoom.disable());
      this.container.addEventListener("keydown", (event) => {
        if (event.key === "Escape" && this.map.hasLayer(this.popup)) this.close();
        if (event.key === " " && event.target.matches("a[role=button]")) {
          event.preventDefault();
          event.target.click();
        }
      });
      this.map.on("popupclose", () => this.area.clearLayers());
      this.group.on("clusterclick", (event) => this.enter(event.layer));
      this.group.on("clusterkeypress", (event) => {
        if (isPress(event.originalEvent)) {
          event.originalEvent.preventDefault();
          this.enter(event.layer);
        }
      });
    }

    /* ---------- The ground ---------- */

    async drawGround() {
      const { near } = this.options;
      if (!this.options.hasTiles) {
        const kinds = { provincie: "sm-atlas__land", water: "sm-atlas__water", rivier: "sm-atlas__river" };
        L.geoJSON(await ask(this.container.parentElement.dataset.ground), {
          pane: "tilePane",
          interactive: false,
          style: (feature) => ({ className: kinds[feature.properties.soort] }),
        }).addTo(this.map);
      }
      if (near) {
        L.circleMarker([near.lat, near.lon], { radius: 6, className: "sm-atlas__here", interactive: false }).addTo(this.map);
      }
      if (near && near.km) {
        const circle = { radius: near.km * 1000, className: "sm-atlas__near", interactive: false };
        L.circle([near.lat, near.lon], circle).addTo(this.map);
      }
    }

    /* Names of municipalities: from afar only where something is offered. */
    async drawNames() {
      if (this.options.hasTiles) return;
      const columns = await ask(this.options.places);
      this.places = columns.name.map((name, row) => ({
        name, isOffering: columns.count[row] > 0, point: L.latLng(columns.lat[row] / 1e4, columns.lon[row] / 1e4),
      }));
      this.map.on("moveend", this.fitNames, this);
      this.group.on("animationend", this.fitNames, this);
    }

    /* As many names as there is room for between the signs, those with the most services first. */
    fitNames() {
      const view = this.map.getBounds();
      const isNear = this.map.getZoom() >= ALL_NAMES_FROM;
      const taken = [...this.map.getPane("markerPane").children].map((sign) => {
        const { x, y } = L.DomUtil.getPosition(sign);
        return { x, y, wide: ICON_SIZE / 2, high: ICON_SIZE / 2 };
      });
      this.names.clearLayers();
      this.places.filter((place) => (isNear || place.isOffering) && view.contains(place.point)).forEach(({ name, point }) => {
        const { x, y } = this.map.latLngToLayerPoint(point);
        const wide = 8 + name.length * 4;
        const below = [0, ICON_SIZE / 2 + 9].find((down) => taken.every((other) => (
          Math.abs(other.x - x) > other.wide + wide || Math.abs(other.y - y - down) >= other.high + 9
        )));
        if (below === undefined) return;
        taken.push({ x, y: y + below, wide, high: 18 });
        const icon = L.divIcon({
          className: "sm-atlas__name", iconSize: [wide * 2, 18], iconAnchor: [wide, 9 - below], html: element("span", "", name),
        });
        L.marker(point, { icon, pane: "names", interactive: false, keyboard: false }).addTo(this.names);
      });
    }

    /* ---------- The spots ---------- */

    async drawSpots() {
      const columns = await ask(this.options.points);
      const spots = readSpots(columns, this.options.goals);
      this.group.options.iconCreateFunction = (cluster) => this.clusterSign(cluster);
      this.frame(spots.map((spot) => spot.point));
      await new Promise((done) => {
        this.group.options.chunkProgress = (drawn, total) => drawn === total && done();
        this.group.addLayers(spots.map((spot) => this.marker(spot)));
      });
      this.status.textContent = columns.told;
    }

    /* Bring into view what was asked for: the circle, else the spots, else the country. */
    frame(points) {
      const { near } = this.options;
      const seen = near && near.km ? L.latLng(near.lat, near.lon).toBounds(near.km * 2000) : L.latLngBounds(points);
      this.map.fitBounds(seen.isValid() ? seen : COUNTRY, { maxZoom: NEAREST_AT_FIRST, padding: [28, 28], animate: false });
    }

    /* Of a service with several places we know the points, not which of them is where. */
    whereWords(spot) {
      if (spot.count > 1) return fill(this.words.oneOf, spot);
      return spot.isAbout ? fill(this.words.about, spot) : spot.place;
    }

    marker(spot) {
      const icon = new Sign({
        className: `sm-spot is-${spot.goal.mark}${spot.isAbout ? " sm-spot--about" : ""}`,
        iconSize: [ICON_SIZE, ICON_SIZE],
        label: [spot.name, spot.goal.word, this.whereWords(spot)].filter(Boolean).join(", "),
        draw: () => [wayMark(spot.goal)],
      });
      const made = L.marker(spot.point, { icon, riseOnHover: true });
      made.spot = spot;
      made.on("click", () => this.open(made));
      made.on("keypress", (event) => {
        if (isPress(event.originalEvent)) {
          event.originalEvent.preventDefault();
          this.open(made);
        }
      });
      return made;
    }

    /* Shape and number say how many: a circle under ten, a square under a hundred, then an octagon. */
    clusterSign(cluster) {
      const count = cluster.getChildCount();
      const shape = count < 10 ? "few" : count < 100 ? "some" : "many";
      const words = this.isPile(cluster) ? this.words.pile : this.words.cluster;
      return new Sign({
        className: `sm-cluster sm-cluster--${shape}`,
        iconSize: [ICON_SIZE, ICON_SIZE],
        label: fill(words, { count }),
        draw: () => [picture(`n-${shape}`, "sm-cluster__shape", "0 0 32 32"), element("span", "sm-cluster__count", String(count))],
      });
    }

    /* Whether zooming in would not take these spots apart. */
    isPile(cluster) {
      const bounds = cluster.getBounds();
      return bounds.getSouthWest().equals(bounds.getNorthEast()) || this.map.getZoom() >= this.map.getMaxZoom();
    }

    enter(cluster) {
      const markers = cluster.getAllChildMarkers();
      if (this.isPile(cluster)) {
        this.openPile(cluster.getLatLng(), markers);
        return;
      }
      // The cluster falls apart and takes the focus with it: give that to what comes in its place.
      this.group.once("animationend", () => {
        if (document.activeElement === document.body) this.focusOn(markers[0]);
      });
      cluster.zoomToBounds({ padding: [28, 28] });
    }

    focusOn(marker) {
      const shown = this.group.getVisibleParent(marker);
      (shown ? shown.getElement() : this.container).focus({ preventScroll: true });
    }

    /* ---------- What opens ---------- */

    open(marker) {
      const { spot } = marker;
      const area = element("p", "sm-atlas__area");
      const title = element("p", "sm-atlas__title", this.link(spot));
      const where = element("p", "sm-atlas__where", picture("i-pin", "sm-icon", "0 0 24 24"), element("span", "", this.whereWords(spot)));
      this.show(spot.point, marker, spot.name, [title, this.by(spot), where, area]);
      this.drawArea(spot, area);
    }

    openPile(point, markers) {
      const words = fill(this.words.here, { count: markers.length });
      const spots = markers.map((marker) => marker.spot).sort((a, b) => a.name.localeCompare(b.name));
      const list = element("ul", "sm-atlas__pile", ...spots.slice(0, MOST_IN_LIST).map((spot) => this.row(spot)));
      const inside = [element("p", "sm-atlas__title", words), list];
      const left = spots.length - MOST_IN_LIST;
      if (left > 0) inside.push(element("p", "sm-atlas__left", fill(this.words.more, { count: left })));
      this.show(point, markers[0], words, inside);
    }

    row(spot) {
      const area = element("p", "sm-atlas__area");
      const button = element("button", "sm-atlas__button", this.words.showArea);
      button.type = "button";
      button.setAttribute("aria-label", fill(this.words.showAreaOf, spot));
      button.addEventListener("click", () => this.drawArea(spot, area));
      return element("li", "", this.link(spot), this.by(spot), button, area);
    }

    by(spot) {
      const goal = element("span", "sm-goal", wayMark(spot.goal, "sm-mark--s"), spot.goal.word);
      return element("p", `sm-atlas__by is-${spot.goal.mark}`, goal, ` · ${spot.organization}`);
    }

    link(spot) {
      const made = element("a", "utrecht-link", spot.name);
      made.href = this.options.service.replace("SLUG", spot.slug);
      return made;
    }

    show(point, marker, label, inside) {
      const close = element("button", "utrecht-button utrecht-button--secondary-action sm-atlas__close", this.words.close);
      const content = element("div", "sm-atlas__content", ...inside, close);
      close.type = "button";
      close.addEventListener("click", () => this.close());
      content.setAttribute("role", "dialog");
      content.setAttribute("aria-label", label);
      content.tabIndex = -1;
      // Beside the buttons where there is room; on a phone they make way (map.css).
      this.popup.options.autoPanPaddingTopLeft = [this.container.clientWidth > 420 ? ICON_SIZE + 2 * EDGE : EDGE, EDGE];
      this.popup.setLatLng(point).setContent(content).openOn(this.map);
      this.opened = marker;
      content.focus({ preventScroll: true });
    }

    close() {
      this.map.closePopup(this.popup);
      this.focusOn(this.opened);
    }

    /* Around each municipality that the service works in a circle: there are no free boundaries. */
    async drawArea(spot, line) {
      const content = this.popup.getContent();
      let served;
      line.setAttribute("role", "status");
      try {
        served = await ask(this.options.area.replace("SLUG", spot.slug));
      } catch (error) {
        line.textContent = this.words.failed;
        throw error;
      }
      if (this.popup.getContent() !== content || !this.map.hasLayer(this.popup)) return;
      line.textContent = this.areaWords(spot, served.name);
      this.keepInView();
      this.area.clearLayers();
      // First all edges, then all insides: what is left of the edges runs around the whole.
      ["sm-atlas__edge", "sm-atlas__inside"].forEach((className) => {
        served.name.forEach((name, row) => {
          L.circle([served.lat[row] / 1e4, served.lon[row] / 1e4], { radius: this.options.areaRadius, className, pane: "area" })
            .bindTooltip(element("span", "", name), { sticky: true })
            .addTo(this.area);
        });
      });
    }

    /* Leaflet would put the content in anew, and with that lose the focus and how far a list was scrolled. */
    keepInView() {
      const above = this.container.getBoundingClientRect().top + EDGE - this.popup.getElement().getBoundingClientRect().top;
      if (above > 0) this.map.panBy([0, -above]);
    }

    areaWords(spot, names) {
      if (!names.length) return fill(this.words.noArea, spot);
      const left = names.length - MOST_NAMES;
      const first = names.slice(0, MOST_NAMES).join(", ");
      return fill(left > 0 ? this.words.areaAndMore : this.words.area, { name: spot.name, places: first, count: left });
    }
  }

  window.drawSocialMap = (map, group, options) => new SocialMap(map, group, options).start();
})();
