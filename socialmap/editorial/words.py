"""The words that the site searches by: the thesaurus, and what people asked that it lacks."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from flask import (
    Blueprint,
    Response,
    abort,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_babel import gettext as _
from flask_login import current_user

from ..accounts.gate import requires
from ..kit import clock
from ..kit.errors import Refused
from ..search import operations, queries
from ..search.analysis import plain
from ..search.counts import LEAST_SHOWN
from ..search.facets import near_pages
from ..search.filters import Filters
from ..search.index import NotReady, SearchIndex
from ..search.nearby import count_words, near_terms
from ..search.queries import Asked, Standing
from ..search.results import search
from ..search.thesaurus import Group
from .forms import GroupForm
from .permissions import Permission

bp = Blueprint("editorial", __name__)

GROUPS_PER_PAGE = 40

MOST_MISSING, MOST_TERMS, MOST_ASKED = 25, 5, 40

LOOKED_AT = 100
"""So many frequent words are looked at for those that still find nothing."""


def _index() -> SearchIndex:
    """The index of this node, once there is one."""
    index = current_app.extensions["search"]
    try:
        index.snapshot()
    except NotReady:
        abort(503)
    return index


@dataclass(frozen=True)
class Finds:
    """How many services words find, and the names of the first."""

    total: int
    first: list[str]


def _finds(words: str, thesaurus: Sequence[Group] | None = None) -> Finds:
    return Finds(*count_words(_index(), words, today=clock.today(), groups=thesaurus))


# The thesaurus --------------------------------------------------------------------


@dataclass(frozen=True)
class Choice:
    """Which groups an editor wants to see."""

    words: str
    kind: str
    page: int = 1

    @classmethod
    def from_args(cls, args) -> "Choice":
        page = args.get("pagina", "1")
        return cls(
            words=" ".join(args.get("zoek", "").split())[: operations.LONGEST_WORD],
            kind=args.get("toon", ""),
            page=max(1, int(page)) if page.isascii() and page.isdigit() and len(page) < 6 else 1,
        )

    def at_page(self, page: int) -> "Choice":
        return replace(self, page=page)

    def of_kind(self, kind: str) -> "Choice":
        return Choice(self.words, kind)

    def link(self) -> str:
        page = self.page if self.page > 1 else None
        return url_for(
            ".thesaurus", zoek=self.words or None, toon=self.kind or None, pagina=page
        )  # fmt: skip

    def fits_words(self, group: Group) -> bool:
        held = (*group.asked_by, *group.also)
        return any(plain(self.words) in plain(word) for word in held)

    def fits_kind(self, standing: Standing) -> bool:
        """Removed groups are shown by themselves only."""
        match self.kind:
            case "weggehaald":
                return standing.is_removed
            case "veranderd":
                return standing.is_edited and not standing.is_removed
            case _:
                return not standing.is_removed


KINDS = ("", "veranderd", "weggehaald")


@bp.get("/beheer/woordenlijst")
@requires(Permission.EDIT_THESAURUS)
def thesaurus():
    choice = Choice.from_args(request.args)
    fitting = [s for s in queries.standings() if choice.fits_words(s.group)]
    found = sorted(filter(choice.fits_kind, fitting), key=lambda s: plain(s.group.name))
    pages = max(1, -(-len(found) // GROUPS_PER_PAGE))
    page = min(choice.page, pages)
    shown = found[(page - 1) * GROUPS_PER_PAGE : page * GROUPS_PER_PAGE]
    return render_template(
        "editorial/thesaurus.html",
        choice=choice.at_page(page),
        counts={kind: sum(map(choice.of_kind(kind).fits_kind, fitting)) for kind in KINDS},
        total=len(found),
        rows=[(standing, _finds(standing.group.name).total) for standing in shown],
        pages=pages,
        near_pages=near_pages(page, pages),
        page_size=GROUPS_PER_PAGE,
        link_to=Choice.link,
        page_address=lambda page: choice.at_page(page).link(),
    )


@bp.get("/beheer/woordenlijst.yaml")
@requires(Permission.EDIT_THESAURUS)
def thesaurus_file():
    """The whole thesaurus, as the files that come with the software."""
    headers = {"Content-Disposition": "attachment; filename=thesaurus.yaml"}
    return Response(queries.as_yaml(), mimetype="application/yaml", headers=headers)


@bp.route("/beheer/woordenlijst/nieuw", methods=["GET", "POST"])
@requires(Permission.EDIT_THESAURUS)
def new_group():
    form = GroupForm(words=request.args.get("woord", "")[: operations.LONGEST_WORD])
    if form.validate_on_submit():
        try:
            group = operations.add_group(form.group, actor=current_user, now=clock.now())
        except Refused as refused:
            form.name.errors = [str(refused)]
        else:
            flash(_("De groep %(name)s is gemaakt.", name=group.name), "ok")
            return redirect(_address_of(group))
    page = render_template("editorial/group.html", form=form, standing=None)
    return page, 422 if form.errors else 200


def _standing(key: str) -> Standing | None:
    return queries.standing_of(key)


def _address_of(group: Group) -> str:
    return url_for(".group", key=Standing(group, is_shipped=False).slug)


@bp.route("/beheer/woordenlijst/groep/<key>", methods=["GET", "POST"])
@requires(Permission.EDIT_THESAURUS, of=_standing)
def group(standing):
    form = GroupForm(standing.group)
    if form.validate_on_submit():
        operations.save_group(form.group, actor=current_user, now=clock.now())
        flash(_("De groep %(name)s is bewaard.", name=standing.group.name), "ok")
        return redirect(_address_of(standing.group))
    # With the groups as they are at this moment: the index follows half a second later.
    finds = _finds(standing.group.name, queries.groups())
    page = render_template("editorial/group.html", form=form, standing=standing, finds=finds)
    return page, 422 if form.errors else 200


@bp.route("/beheer/woordenlijst/groep/<key>/weghalen", methods=["GET", "POST"])
@requires(Permission.EDIT_THESAURUS, of=_standing)
def remove_group(standing):
    """Ask first; the POST does it."""
    if request.method == "GET":
        return render_template("editorial/remove_group.html", standing=standing)
    operations.remove_group(standing.group.name, actor=current_user, now=clock.now())
    flash(_("De groep %(name)s is weggehaald.", name=standing.group.name), "ok")
    return redirect(url_for(".thesaurus"))


@bp.post("/beheer/woordenlijst/groep/<key>/terugzetten")
@requires(Permission.EDIT_THESAURUS, of=_standing)
def restore_group(standing):
    operations.restore_group(standing.group.name, actor=current_user)
    flash(_("De groep %(name)s is weer zoals eerst.", name=standing.group.name), "ok")
    return redirect(_address_of(standing.group))


# What people search by ------------------------------------------------------------


@dataclass(frozen=True)
class Missing:
    """A word that people ask and that matches nothing, with what might be meant."""

    word: str
    times: str
    guess: str | None
    terms: list[str]


@dataclass(frozen=True)
class Change:
    """What it did that a word stands in a group."""

    word: str
    group: Group
    slug: str
    before: Finds
    after: Finds


@bp.get("/beheer/zoekwoorden")
@requires(Permission.EDIT_THESAURUS)
def searched_words():
    today = clock.today()
    looked_at = map(_missing, queries.frequent_without_result(today, most=LOOKED_AT))
    return render_template(
        "editorial/searched_words.html",
        change=_change(request.args.get("woord", ""), request.args.get("groep", "")),
        missing=[row for row in looked_at if row][:MOST_MISSING],
        asked=[(a.word, about(a.times)) for a in queries.most_asked(today, most=MOST_ASKED)],
    )


@bp.post("/beheer/zoekwoorden")
@requires(Permission.EDIT_THESAURUS)
def link_word():
    """Let a word find what a term finds."""
    word, term = request.form.get("woord", "").strip(), request.form.get("term", "").strip()
    if not word or not term:
        abort(400)
    group = operations.add_word(word, term, actor=current_user, now=clock.now())
    slug = Standing(group, is_shipped=False).slug
    return redirect(url_for(".searched_words", woord=word, groep=slug))


def about(times: int) -> str:
    """So many times, roughly: an exact small number could tell about one person."""
    steps = (LEAST_SHOWN, 10, 25, 50, 100, 250, 1000)
    for low, high in pairwise(steps):
        if times < high:
            return _("%(low)d tot %(high)d keer", low=low, high=high)
    return _("%(low)d keer of vaker", low=steps[-1])


def _missing(asked: Asked) -> Missing | None:
    """The word with what the site knows near to it; ``None`` when by now it finds something.

    What is found by a guess at another spelling does not count.
    """
    question = Filters(q=asked.word)
    found = search(_index(), question, today=clock.today(), limit=0, facets=())
    if found.total and not found.did_you_mean:
        return None
    near = near_terms(_index().snapshot(), asked.word, most=MOST_TERMS)
    return Missing(asked.word, about(asked.times), found.did_you_mean, near)


def _change(word: str, slug: str) -> Change | None:
    """What a word finds with and without its place in a group."""
    standing, thesaurus = queries.standing_of(slug), queries.groups()
    if standing is None or standing.is_removed or word not in standing.group.words:
        return None
    group = standing.group
    without = replace(group, words=tuple(other for other in group.words if other != word))
    before = [without if other == group else other for other in thesaurus]
    return Change(word, group, slug, _finds(word, before), _finds(word, thesaurus))
