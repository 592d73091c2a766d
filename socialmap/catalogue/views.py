"""The pages of a service and of the organizations that offer something."""

from datetime import timedelta

from flask import Blueprint, abort, redirect, render_template, url_for
from flask_babel import gettext as _

from ..kit import clock
from ..kit.security import public
from ..matching.criteria import Kind
from ..network.queries import municipalities_by_code, organization_by_slug
from . import queries, wording
from .vocabularies import labels

bp = Blueprint("catalogue", __name__)

CHECK_HOLDS = timedelta(days=365)
"""After this long the page says plainly that nobody looked."""


@bp.get("/aanbod/<slug>")
@public
def service(slug: str):
    found = queries.service_by_slug(slug)
    if found is None:
        moved = queries.moved_to(slug)
        if moved is None:
            abort(404)
        return redirect(url_for(".service", slug=moved.slug), code=301)
    today = clock.today()
    holiday = queries.holiday_ahead(found, today)
    return render_template(
        "catalogue/service.html",
        service=found,
        for_whom=wording.criteria(found, Kind.INCLUSION),
        not_for=[*wording.criteria(found, Kind.EXCLUSION), *found.not_for],
        age_text=wording.for_whom_age(found),
        level_text=wording.for_whom_level(found),
        when=queries.when_to_start(found, today),
        holiday=holiday,
        is_holiday=queries.is_in(holiday, today),
        check_is_old=found.verified_on is not None and found.verified_on < today - CHECK_HOLDS,
        region=queries.region_of(found),
        serves=municipalities_by_code(queries.serves(found)),
        states_residence=bool(found.residence_codes),
        can_refer_here=queries.can_refer_here(found),
        referrers=[labels("referrers")[slug] for slug in found.referrers],
        themes=[(slug, labels("themes")[slug]) for slug in found.themes],
        target_groups=[(slug, labels("target_groups")[slug]) for slug in found.target_groups],
        goal_name=wording.GOALS[found.goal],
        goal_slug=wording.GOAL_SLUGS[found.goal],
    )


@bp.get("/aanbieders")
@public
def organizations():
    return render_template(
        "catalogue/organizations.html",
        providers=queries.providers(),
        kinds=labels("organization_kinds"),
    )


@bp.get("/aanbieders/<slug>")
@public
def organization(slug: str):
    found = organization_by_slug(slug)
    if found is None:
        abort(404)
    return render_template(
        "catalogue/organization.html",
        organization=found,
        kind=labels("organization_kinds").get(found.kind, _("soort niet opgegeven")),
        services=queries.services_of(found),
        when={s.id: queries.when_to_start(s, clock.today()) for s in queries.services_of(found)},
        wording=wording,
    )
