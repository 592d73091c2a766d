"""A visitor without a browser: opens pages, reads them, fills in forms and presses buttons.

Every page it gets is checked: valid HTML, unique ids, labels on controls, no inline
style or handler, nothing from another host.
"""

import contextvars
import re
from copy import deepcopy
from functools import lru_cache
from urllib.parse import urljoin, urlsplit
from xml.etree.ElementTree import Element

import html5lib
from werkzeug.datastructures import MultiDict

PASSWORD = "een lang wachtwoord"
_SILENT = {"script", "style", "template", "svg"}


class Page:
    """One visitor and the page in front of them."""

    def __init__(self, app) -> None:
        self.app = app
        self.client = app.test_client()
        self.response = None
        self.tree: Element | None = None
        self.url = self.address = "/"

    # Going somewhere ---------------------------------------------------------

    def get(self, address: str, *, status: int | tuple[int, ...] = 200) -> "Page":
        """Open a page, following redirects; the last answer must have one of these statuses."""
        self._let_the_index_follow()
        return self._take(self._apart(self.client.get, address), address, status)

    def post(self, address: str, data=None, *, status: int = 200) -> "Page":
        """Send fields without a form, as a script would."""
        return self._take(self._apart(self.client.post, address, data=data), address, status)

    @staticmethod
    def _apart(request, *args, **kwargs):
        """Send a request as a server gets it: in a context of its own, not in that of the test."""
        return contextvars.Context().run(request, *args, **kwargs)

    def _let_the_index_follow(self) -> None:
        """What the follower of a serving process does twice a second."""
        index = self.app.extensions["search"]
        with index.writing() as ours:
            assert ours
            index.catch_up()

    def _take(self, response, address: str, status: int | tuple[int, ...]) -> "Page":
        hops = 0
        while response.status_code in (301, 302, 303, 307, 308):
            address = urljoin(address, response.headers["Location"])
            response = self._apart(self.client.get, address)
            hops += 1
            assert hops < 8, f"too many redirects, last to {address}"
        assert response.status_code in (status if isinstance(status, tuple) else (status,)), (
            f"{address}: {response.status_code}\n{_text(response)}"
        )
        self.response, self.url, self.address = response, address, urlsplit(address).path
        self.tree = check_html(response.text, address) if _is_html(response) else None
        return self

    def sign_in(self, email: str, password: str = PASSWORD) -> "Page":
        self.get("/inloggen")
        self.fill(email=email, password=password)
        return self.press("Log in")

    def sign_out(self) -> "Page":
        return self.press("Uitloggen")

    # Reading -----------------------------------------------------------------

    @property
    def text(self) -> str:
        """The words of the page, with single spaces."""
        assert self.tree is not None
        return " ".join(" ".join(_words(self.tree.find("body"))).split())

    @property
    def main(self) -> str:
        """The words of the main part."""
        assert self.tree is not None
        return " ".join(" ".join(_words(self.tree.find(".//main"))).split())

    @property
    def title(self) -> str:
        assert self.tree is not None
        return "".join(self.tree.find(".//title").itertext())

    def links(self) -> dict[str, str]:
        """Words of each link to its address."""
        assert self.tree is not None
        return {_label(a): a.get("href") for a in self.tree.iter("a") if a.get("href")}

    def buttons(self) -> list[str]:
        assert self.tree is not None
        return [_label(b) for b in self.tree.iter("button")]

    def errors(self) -> list[str]:
        """What stands in the box of errors."""
        assert self.tree is not None
        return [
            _label(item)
            for box in self.tree.iter("div")
            if box.get("class") == "sm-errors"
            for item in box.iter("li")
        ]

    # Doing -------------------------------------------------------------------

    def follow(self, words: str) -> "Page":
        """Click the link with these words."""
        found = self.links()
        assert words in found, f"no link {words!r}; there are {sorted(found)}"
        return self.get(urljoin(self.url, found[words]))

    def fill(self, **fields: object) -> "Page":
        """Remember what to fill in; the next press sends it."""
        self._filled = {**getattr(self, "_filled", {}), **fields}
        return self

    def press(self, words: str, *, status: int = 200) -> "Page":
        """Press the button with these words in its form, with what was filled in."""
        form, button = self._form_with(words)
        values = _values_of(form)
        filled = getattr(self, "_filled", {})
        self._filled = {}
        for name, value in filled.items():
            assert name in _names_of(form), f"no field {name} in the form of {words!r}"
            values[name] = [str(v) for v in (value if isinstance(value, list) else [value])]
        if button.get("name"):
            values[button.get("name")] = [button.get("value") or ""]
        address = urljoin(self.url, form.get("action") or self.url)
        self._let_the_index_follow()
        if (form.get("method") or "get").lower() == "get":
            response = self._apart(self.client.get, address, query_string=_pairs(values))
        else:
            response = self._apart(self.client.post, address, data=_as_multi(values))
        return self._take(response, address, status)

    def _form_with(self, words: str):
        assert self.tree is not None
        for form in self.tree.iter("form"):
            for button in form.iter("button"):
                if _label(button) == words:
                    return form, button
        raise AssertionError(f"no button {words!r}; there are {self.buttons()}")


def _pairs(values: dict[str, list[str]]):
    return [(name, value) for name, many in values.items() for value in many]


def _as_multi(values):
    return MultiDict(_pairs(values))


def _is_html(response) -> bool:
    return response.mimetype == "text/html"


def _text(response) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", response.text).split())[:2000]


def _words(element):
    if element is None or element.tag in _SILENT:
        return
    if element.text:
        yield element.text
    for child in element:
        yield from _words(child)
        if child.tail:
            yield child.tail


def _label(element) -> str:
    return " ".join(" ".join(_words(element)).split())


def _names_of(form) -> set[str]:
    return {e.get("name") for e in form.iter() if e.get("name")}


def _values_of(form) -> dict[str, list[str]]:
    """What a browser would send if nobody touched the form."""
    values: dict[str, list[str]] = {}
    for element in form.iter():
        name, kind = element.get("name"), element.get("type")
        if not name or element.get("disabled") is not None:
            continue
        if element.tag == "input" and kind not in ("submit", "button"):
            if kind in ("checkbox", "radio") and element.get("checked") is None:
                continue
            values.setdefault(name, []).append(element.get("value") or "")
        elif element.tag == "textarea":
            values.setdefault(name, []).append("".join(element.itertext()).removeprefix("\n"))
        elif element.tag == "select":
            options = list(element.iter("option"))
            chosen = [o for o in options if o.get("selected") is not None] or options[:1]
            values.setdefault(name, []).extend(o.get("value") or "" for o in chosen)
    return values


# Checking --------------------------------------------------------------------


_ONCE_ONLY = re.compile(r'name="csrf_token"[^>]*? value="([^"]+)"')
_TOKEN = "the token"


def check_html(html: str, address: str) -> Element:
    """Parse a page strictly and check what must hold on every page; returns its tree.

    A page that was seen before, but for the token in its forms, is right as it was then.
    """
    token = next(iter(_ONCE_ONLY.findall(html)), "")
    tree = deepcopy(_checked(html.replace(token, _TOKEN) if token else html, address))
    for element in tree.iter("input"):
        if element.get("value") == _TOKEN:
            element.set("value", token)
    return tree


@lru_cache(maxsize=20)
def _checked(html: str, address: str) -> Element:
    parser = html5lib.HTMLParser(strict=False, namespaceHTMLElements=False)
    tree = parser.parse(html)
    faults = [f"{code} at {position} {data}" for position, code, data in parser.errors]
    assert not faults, f"{address}: {faults[:3]}\n{_around(html, parser.errors[0][0])}"
    faults = [*_doubled_ids(tree), *_unlabelled(tree), *_forbidden(tree), *_dead_references(tree)]
    assert not faults, f"{address}: {faults[:5]}"
    assert tree.get("lang"), f"{address}: no language"
    assert len(list(tree.iter("h1"))) == 1, f"{address}: not exactly one h1"
    return tree


def _around(html: str, position) -> str:
    lines = html.splitlines()
    line = min(position[0], len(lines)) - 1
    return "\n".join(lines[max(0, line - 1) : line + 2])[:500]


def _doubled_ids(tree) -> list[str]:
    seen: set[str] = set()
    doubled = []
    for element in tree.iter():
        if name := element.get("id"):
            if name in seen:
                doubled.append(f"id {name} twice")
            seen.add(name)
    return doubled


def _unlabelled(tree) -> list[str]:
    labelled = {label.get("for") for label in tree.iter("label")}
    inside = {id(e) for label in tree.iter("label") for e in label.iter()}
    return [
        f"{e.tag} {e.get('name')} has no label"
        for e in tree.iter()
        if e.tag in ("input", "select", "textarea")
        and e.get("type") not in ("hidden", "submit")
        and e.get("id") not in labelled
        and id(e) not in inside
        and not e.get("aria-label")
    ]


def _dead_references(tree) -> list[str]:
    ids = {e.get("id") for e in tree.iter() if e.get("id")}
    faults = []
    for element in tree.iter():
        for name in ("aria-describedby", "aria-labelledby", "for", "list"):
            for target in (element.get(name) or "").split():
                if target not in ids:
                    faults.append(f"{name} points to {target}, which is not there")
        href = element.get("href") or ""
        if href.startswith("#") and len(href) > 1 and href[1:] not in ids:
            faults.append(f"link to {href}, which is not there")
    return faults


def _forbidden(tree) -> list[str]:
    faults = []
    for element in tree.iter():
        if not isinstance(element.tag, str):
            continue
        for name, value in element.attrib.items():
            if isinstance(name, str) and (name.startswith("on") or name == "style"):
                faults.append(f"{element.tag} has {name}")
            loads = name in ("src", "action") or (name == "href" and element.tag != "a")
            if loads and urlsplit(value).netloc:
                faults.append(f"{element.tag} loads {value}")
        if element.tag == "script" and not (element.get("src") or element.get("nonce")):
            faults.append("inline script")
        if element.tag == "style":
            faults.append("inline style")
    return faults
