"""The pages of the summer list: the list, one of its rows, and who stands in for whom."""

from collections.abc import Callable

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from ..accounts.gate import requires
from ..accounts.models import Role, User
from ..accounts.operations import note_access
from ..accounts.queries import people_of
from ..catalogue.vocabularies import labels
from ..kit import clock
from ..kit.errors import Refused
from ..kit.tables import as_csv
from . import queries, summer, summer_deeds, summer_forms, summer_rows
from .models import SummerCover
from .permissions import Permission
from .summer import Choice, Result, Row, Season, Way
from .views import bp


@bp.get("/aanmeldingen/zomer")
@requires(Permission.SEE_SUMMER)
def summer_list():
    season, today = summer.season_of(clock.today()), clock.today()
    if season is None:
        return _closed()
    rows = summer_rows.rows_of(current_user, season)
    found = summer.listing(rows, Choice.from_args(request.args), season, today)
    schools = queries.organizations_referring_by(current_user)
    covers = summer_rows.covers_of([school.id for school in schools], season)
    regions = current_user.region_ids(Role.COORDINATOR)
    return render_template(
        "referrals/summer.html",
        season=season,
        found=found,
        names=summer_rows.names_seen_by(current_user, found.rows),
        covers=covers,
        standing_in={c.owner_id: c.cover.name for c in covers if c.is_on(today)},
        schools=schools,
        region_facts=summer.facts_of_schools(summer_rows.rows_of_regions(regions, season), today)
        if regions
        else None,
        few=summer.FEW,
        today=today,
        address=lambda choice, endpoint=".summer_list": url_for(endpoint, **choice.to_args()),
        levels=labels("levels"),
        words=summer_forms,
    )


def _closed() -> str:
    """Out of season: when it opens, and the numbers of the last one."""
    today = clock.today()
    season = summer.last_season(today)
    # Of a whole school the care team knows who is counted; a mentor does not.
    schools = current_user.organization_ids(Role.CARETEAM)
    regions = current_user.region_ids(Role.COORDINATOR)
    return render_template(
        "referrals/summer_closed.html",
        opens_on=summer.next_opening(today),
        season=season,
        totals=summer_rows.totals_of(schools, season),
        region_totals=summer_rows.totals_of_regions(regions, season),
        few=summer.FEW,
    )


@bp.get("/aanmeldingen/zomer.csv")
@requires(Permission.SEE_SUMMER)
def summer_table():
    """What the list shows, without who it is about. A coordinator has no rows."""
    season = summer.season_of(clock.today())
    if season is None:
        return redirect(url_for(".summer_list"))
    rows = summer_rows.rows_of(current_user, season)
    found = summer.listing(rows, Choice.from_args(request.args), season, clock.today())
    note_access(current_user, "export list", "summer list")
    levels = labels("levels")
    content = as_csv(_header(), (_cells(row, season, levels) for row in found.rows))
    name = f"zomerlijst-{clock.today().isoformat()}.csv"
    headers = {"Content-Disposition": f"attachment; filename={name}"}
    return Response(content, mimetype="text/csv", headers=headers)


def _header() -> list[str]:
    return [
        _("nummer"), _("school"), _("aanbod"), _("aanbieder"), _("onderwijs"),
        _("weg van school in"), _("heeft plek"), _("waar"), _("bevestigd door aanbieder"),
        _("bereikt in ronde 1"), _("bereikt in ronde 2"), _("laatste contact"), _("uitkomst"),
        _("hierna"), _("wanneer"), _("drie weken stil"),
    ]  # fmt: skip


def _cells(row: Row, season: Season, levels: dict[str, str]) -> list[object]:
    def answer(is_so: bool) -> str:
        return _("ja") if is_so else _("nee")

    last, landing = row.last_call, row.landing
    return [
        row.key if row.is_referred else "", row.school.name, row.service, row.provider,
        levels.get(row.level, row.level),
        str(summer_forms.LEAVING_MONTHS.get(str(row.leaves_in), "")),
        answer(not row.is_open),
        str(summer_forms.PLACES.get(landing.where, "")) if landing else "",
        answer(landing is not None and landing.how == summer.How.CONFIRMED),
        answer(row.was_reached(season, 1)), answer(row.was_reached(season, 2)),
        last.on if last else None, str(summer_forms.RESULTS[last.result]) if last else "",
        str(summer_forms.ACTIONS.get(last.next_action or "", "")) if last else "",
        last.next_on if last else None, answer(row.is_quiet(clock.today())),
    ]  # fmt: skip


@bp.route("/aanmeldingen/zomer/toevoegen", methods=["GET", "POST"])
@requires(Permission.REFER)
def add_to_summer():
    if summer.season_of(clock.today()) is None:
        return redirect(url_for(".summer_list"))
    schools = queries.organizations_referring_by(current_user)
    form = summer_forms.PupilForm(schools=schools, levels=labels("levels"))
    if form.validate_on_submit() and _did(
        form.reference,
        lambda: summer_deeds.add_pupil(
            organization=form.school,
            reference=form.reference.data,
            level=form.level.data,
            leaves_in=int(form.leaves_in.data),
            actor=current_user,
            now=clock.now(),
        ),
    ):
        flash(_("De leerling staat op de zomerlijst."), "ok")
        return redirect(url_for(".summer_list"))
    page = render_template("referrals/summer_add.html", form=form)
    return page, 422 if form.errors else 200


def _did(field, deed: Callable[[], object]) -> bool:
    """Do a deed; what it refuses is said at a field of the form."""
    try:
        deed()
    except Refused as refused:
        field.errors = [str(refused)]
        return False
    return True


def _row(key: str) -> Row | None:
    season = summer.season_of(clock.today())
    return summer_rows.row_with(key, season) if season else None


@bp.route("/aanmeldingen/zomer/<key>", methods=["GET", "POST"])
@requires(Permission.FOLLOW_SUMMER, of=_row)
def summer_row(row: Row):
    season = Season(clock.today().year)
    form = summer_forms.CallForm(
        is_referred=row.is_referred, season=season, data={"called_on": clock.today()}
    )
    if form.validate_on_submit():
        summer_deeds.note_call(
            row,
            way=Way(form.way.data),
            on=form.called_on.data,
            result=Result(form.result.data),
            landed="" if row.is_referred else form.landed.data or "",
            next_action=form.next_action.data or "",
            next_on=form.next_on.data,
            actor=current_user,
            now=clock.now(),
        )
        flash(_("Genoteerd."), "ok")
        return redirect(url_for(".summer_row", key=row.key))
    note_access(current_user, "read summer row", f"summer row {row.key}")
    page = render_template(
        "referrals/summer_row.html",
        row=row,
        season=season,
        form=form,
        name=summer_rows.names_seen_by(current_user, [row]).get(row.key),
        levels=labels("levels"),
        words=summer_forms,
        today=clock.today(),
    )
    return page, 422 if form.errors else 200


@bp.post("/aanmeldingen/zomer/<key>/weg")
@requires(Permission.FOLLOW_SUMMER, of=_row)
def remove_from_summer(row: Row):
    if row.is_referred:
        abort(404)
    summer_deeds.remove_pupil(row, actor=current_user)
    flash(_("De leerling staat niet meer op de zomerlijst."), "ok")
    return redirect(url_for(".summer_list"))


@bp.route("/aanmeldingen/zomer/waarnemer", methods=["GET", "POST"])
@requires(Permission.REFER)
def summer_cover():
    season = summer.season_of(clock.today())
    if season is None:
        return redirect(url_for(".summer_list"))
    colleagues = _people_of(current_user.organization_ids(Role.MENTOR, Role.CARETEAM))
    led = _people_of(current_user.organization_ids(Role.CARETEAM))
    owners = led if current_user in led else [current_user, *led]
    form = summer_forms.CoverForm(owners=owners, colleagues=colleagues, season=season)
    if form.validate_on_submit():
        owner, cover = form.people[form.owner.data], form.people[form.cover.data]
        if _did(form.cover, lambda: _name_cover(owner, cover, form)):
            flash(_("De zomerwaarnemer staat op de lijst."), "ok")
            return redirect(url_for(".summer_list", _anchor="waarnemers"))
    page = render_template("referrals/summer_cover.html", form=form)
    return page, 422 if form.errors else 200


def _people_of(organization_ids: set[int]) -> list[User]:
    """Who refers for some organizations, each once, by name."""
    found = {
        person.id: person
        for number in organization_ids
        for role in (Role.MENTOR, Role.CARETEAM)
        for person in people_of(number, role)
    }
    return sorted(found.values(), key=lambda person: person.name.casefold())


def _name_cover(owner: User, cover: User, form: summer_forms.CoverForm) -> None:
    summer_deeds.name_cover(
        owner=owner,
        cover=cover,
        first_day=form.first_day.data,
        last_day=form.last_day.data,
        actor=current_user,
        now=clock.now(),
    )


@bp.post("/aanmeldingen/zomer/waarnemer/<int:cover_id>/weg")
@requires(Permission.FOLLOW_SUMMER, of=summer_rows.cover_by_id)
def end_summer_cover(cover: SummerCover):
    summer_deeds.end_cover(cover, actor=current_user)
    flash(_("De zomerwaarnemer staat niet meer op de lijst."), "ok")
    return redirect(url_for(".summer_list", _anchor="waarnemers"))
