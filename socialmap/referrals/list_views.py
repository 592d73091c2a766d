"""The pages of the watch lists: everybody's own list, and the same as a table to keep."""

from datetime import date

from flask import Response, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from ..accounts.gate import requires, signed_in
from ..accounts.operations import note_access
from ..accounts.permissions import can
from ..kit import clock
from ..kit.clock import local_day
from ..kit.tables import as_csv
from ..search.facets import near_pages
from . import lists, queries, summer, wording
from .duties import Kind
from .lists import Choice, Listing, Row
from .permissions import Permission
from .states import Side
from .views import bp

_ANCHORS: dict[Kind | None, str] = {
    Kind.HEAR: "berichten",
    Kind.ANSWER: "antwoord",
    Kind.TAKE_NOTE: "antwoord",
    Kind.HOLD: "antwoord",
    Kind.QUESTION: "vraag",
    Kind.MEETING: "gesprek",
    Kind.RECORD: "gesprek",
    Kind.CONFIRM: "gesprek",
    Kind.START: "verder",
    Kind.COMPLETE: "verder",
    Kind.CHECK: "nazorg",
    Kind.FOLLOW_UP: "vervolg",
}
"""Where on the page of a referral somebody does what comes next."""


@bp.get("/aanmeldingen")
@signed_in
def index():
    sides = lists.lists_of(current_user, clock.today())
    if not sides:
        return render_template("referrals/no_list.html")
    choice = Choice.from_args(request.args, sides)
    found = lists.listing(current_user, choice, clock.today())
    drafts = queries.drafts_of(current_user) if choice.is_first_look else []
    return render_template(
        "referrals/index.html",
        choice=choice,
        found=found,
        sides=sides,
        drafts=drafts,
        is_summer=summer.season_of(clock.today()) and can(current_user, Permission.SEE_SUMMER),
        initials=_initials(found, [draft.id for draft in drafts]),
        near_pages=near_pages(min(choice.page, found.pages), found.pages),
        page_size=lists.PAGE_SIZE,
        address=_address,
        page_address=lambda page: _address(choice.but(page=page)),
        step_address=_step_address,
        day_of=local_day,
        wording=wording,
    )


def _initials(found: Listing, drafts: list[int]) -> dict[int, str]:
    """Of whom a page says the initials: of nobody when somebody looks along."""
    if found.choice.is_calm:
        return {}
    # A list of a region is facts and dates, whatever else this person may read.
    is_own = found.choice.side != Side.TEAM
    listed = [row.facts.id for row in found.shown] if is_own else []
    return lists.initials_seen_by(current_user, [*listed, *drafts])


def _address(choice: Choice, endpoint: str = ".index") -> str:
    return url_for(endpoint, **choice.to_args())  # type: ignore[arg-type]


def _step_address(row: Row) -> str:
    """The page of a referral, at the place where the next step is taken."""
    return url_for(".show", reference=row.facts.reference, _anchor=_ANCHORS.get(row.next_step))


@bp.get("/aanmeldingen.csv")
@requires(Permission.LIST)
def as_table():
    """What the list shows, on all its pages: facts and dates, no word about a pupil."""
    choice = Choice.from_args(request.args, lists.lists_of(current_user, clock.today()))
    found = lists.listing(current_user, choice, clock.today())
    note_access(current_user, "export list", f"referrals, {choice.side.name.lower()} side")
    content = as_csv(_header(), map(_cells, found.rows))
    name = f"aanmeldingen-{clock.today().isoformat()}.csv"
    headers = {"Content-Disposition": f"attachment; filename={name}"}
    return Response(content, mimetype="text/csv", headers=headers)


def _header() -> list[str]:
    return [
        _("nummer"), _("aanbod"), _("aanbieder"), _("school"), _("stand"), _("aan zet"),
        _("verstuurd"), _("laatste stap"), _("datum laatste stap"), _("uiterlijk"),
        _("te laat"), _("dagen open"),
    ]  # fmt: skip


def _cells(row: Row) -> list[str | int | date | None]:
    facts = row.facts
    return [
        facts.reference, facts.service, facts.provider.name, facts.school.name,
        wording.state_word(facts), row.owner, local_day(facts.sent_at),
        str(wording.STEPS[facts.last.step]), local_day(facts.last.at), row.due,
        _("ja") if row.is_late else _("nee"), row.age,
    ]  # fmt: skip
