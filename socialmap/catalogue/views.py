"""The pages of a service, of the organizations that offer something, and of the network."""

from collections.abc import Iterable
from datetime import date, timedelta

from flask import (
    Blueprint,
    Response,
    abort,
    current_app,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_babel import gettext as _

from ..kit import clock
from ..kit.calendars import calendar_file
from ..kit.security import public
from ..matching.criteria import Kind
from ..network.queries import (
    agreements,
    municipalities_by_code,
    organization_by_slug,
    participants,
    regions,
)
from ..network.urgent import urgent_numbers
from ..pages.queries import practice_for_themes
from . import queries, wording
from .completeness import completeness
from .feeds import FeedService, events_of
from .models import Service
from .panels import panels_of
from .vocabularies import labels

bp = Blueprint("catalogue", __name__)

CHECK_HOLDS = timedelta(days=365)
"""After this long the page says plainly that nobody looked."""

ONE_PAGE = 300
"""More organizations than this are shown a letter at a time."""


@bp.get("/aanbod/<slug>")
@public
def service(slug: str):
    found = queries.service_by_slug(slug)
    if found is None:
        moved = queries.moved_to(slug)
        if moved is None:
            abort(404)
        return redirect(url_for(".service", slug=moved.slug), code=301)
    region = queries.region_of(found)
    return render_template(
        "catalogue/service.html",
        service=found,
        facts=found.facts,
        region=region,
        urgent=urgent_numbers(region),
        **_for_whom(found),
        **_when_and_where(found, clock.today()),
        **_how_sure(found, clock.today()),
        **_more_like_this(found),
        panels=panels_of(found, clock.today()),
    )


@bp.get("/aanbod/<slug>/instroom.ics")
@public
def service_feed(slug: str):
    """The starts of one service as a calendar to subscribe to; also after it has ended."""
    found = queries.service_by_slug(slug) or queries.moved_to(slug)
    if found is None:
        abort(404)
    name = _("Instroom: %(name)s", name=found.name)
    return calendar_answer(name, [queries.feed_service(found)])


def calendar_answer(name: str, services: Iterable[FeedService]) -> Response:
    """A calendar file as an answer, which a reader may ask again as often as it likes."""
    base_url = current_app.extensions["config"].base_url
    events = events_of(services, today=clock.today(), base_url=base_url)
    response = Response(calendar_file(name, events), mimetype="text/calendar")
    response.headers["Content-Disposition"] = 'inline; filename="instroom.ics"'
    response.add_etag()
    response.make_conditional(request)
    return response


def _for_whom(service: Service) -> dict[str, object]:
    """Who is let in, who is not, what to bring, who may refer."""
    facts, words = service.facts, wording.Wording()
    return {
        "words": words,
        "wording": wording,
        "for_whom": words.criteria(facts, Kind.INCLUSION),
        "not_for": [*words.criteria(facts, Kind.EXCLUSION), *facts.not_for],
        "age_text": wording.for_whom_age(facts),
        "level_text": wording.for_whom_level(facts),
        "papers": words.papers(facts),
        "referrers": words.referrers(facts.may_refer),
        "may_not_refer": words.may_not_refer(facts),
        "can_refer_here": queries.can_refer_here(service),
    }


def _when_and_where(service: Service, today: date) -> dict[str, object]:
    holiday = queries.holiday_ahead(service, today)
    return {
        "when": queries.when_to_start(service, today),
        "holiday": holiday,
        "is_holiday": queries.is_in(holiday, today),
        "serves": municipalities_by_code(service.facts.service_area or queries.serves(service)),
        "states_area": bool(service.facts.catchment or service.facts.service_area),
        "hub": queries.service_by_id(service.facts.hub) if service.facts.hub else None,
        "of_hub": queries.services_of_hub(service),
    }


def _how_sure(service: Service, today: date) -> dict[str, object]:
    """When it was checked, what is missing, whether it ends soon."""
    facts = service.facts
    return {
        "check_is_old": facts.verified_on is not None and facts.verified_on < today - CHECK_HOLDS,
        "completeness": completeness(facts),
        "ends_soon": wording.ends_soon(facts, today),
    }


def _more_like_this(service: Service) -> dict[str, object]:
    facts, content = service.facts, current_app.extensions["config"].content_dir
    theme_names, group_names = labels("themes"), labels("target_groups")
    return {
        "themes": [(slug, theme_names[slug]) for slug in facts.themes],
        "target_groups": [(slug, group_names[slug]) for slug in facts.target_groups],
        "goal_name": wording.GOALS[facts.goal],
        "goal_slug": wording.GOAL_SLUGS[facts.goal],
        "practice": practice_for_themes(content / "praktijk", facts.themes),
    }


@bp.get("/aanbieders")
@public
def organizations():
    providers = queries.providers()
    letters = sorted({_letter(organization.name) for organization, _count in providers})
    asked = request.args.get("letter", "").upper()
    is_long = len(providers) > ONE_PAGE
    letter = asked if asked in letters else letters[0] if is_long else ""
    return render_template(
        "catalogue/organizations.html",
        total=len(providers),
        providers=[p for p in providers if not letter or _letter(p[0].name) == letter],
        letters=letters,
        letter=letter,
        letter_of=_letter,
        kinds=labels("organization_kinds"),
    )


def _letter(name: str) -> str:
    """The letter under which a name stands in the list; # for what begins with none."""
    first = name.lstrip("'’\"(").casefold()[:1].upper()
    return first if first.isalpha() else "#"


@bp.get("/aanbieders/<slug>")
@public
def organization(slug: str):
    found = organization_by_slug(slug)
    if found is None:
        abort(404)
    offered, today = queries.services_of(found), clock.today()
    return render_template(
        "catalogue/organization.html",
        organization=found,
        kind=labels("organization_kinds").get(found.kind or "", _("soort niet opgegeven")),
        services=offered,
        when={service.id: queries.when_to_start(service, today) for service in offered},
        agreements=[a for a in agreements() if found in a.parties],
        wording=wording,
    )


@bp.get("/netwerk")
@public
def network():
    """Who takes part, what each brings in, and what was agreed."""
    known = regions()
    asked = request.args.get("regio", "")
    region = next((r for r in known if r.slug == asked), known[0] if len(known) == 1 else None)
    takers = participants(region)
    return render_template(
        "catalogue/network.html",
        regions=known,
        region=region,
        groups=queries.by_kind(takers, labels("organization_kinds")),
        total=len(takers),
        is_long=len(takers) > ONE_PAGE,
        offers=queries.offers_of(takers),
        agreements=agreements(region),
        check_holds_since=clock.today() - CHECK_HOLDS,
    )
