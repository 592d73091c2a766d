"""The commands: each reads its options, does one thing, prints what came of it."""

import json
import os
import sys
from pathlib import Path

import click
from sqlalchemy.exc import OperationalError, SQLAlchemyError

from . import create_app, schema, server, worker
from .accounts import queries as accounts
from .accounts.models import Role
from .accounts.operations import create_user, disable, invite
from .catalogue import vocabularies
from .catalogue.files import FORMATS, FileError, write_records
from .catalogue.flat import COLUMNS
from .catalogue.queries import active_services
from .config import Config
from .editorial import demo, imports, staging
from .kit import clock, crypto, database, outbox
from .kit.database import transaction
from .kit.errors import ConfigError, Refused
from .kit.reports import Report, read_report
from .network.operations import load_municipalities
from .network.queries import organization_by_slug, region_by_slug, site_is_set_up
from .search.filters import Filters
from .search.results import search as search_in


@click.group()
def cli() -> None:
    """De sociale kaart van een regio."""


def _initialize(config: Config) -> None:
    """Schema, key, municipalities and vocabularies; safe to repeat."""
    config.prepare_data_dir()
    database.connect(config.database_url)
    if not schema.is_current():
        schema.upgrade()
    clock.fix(config.today)
    with transaction() as db:
        crypto.establish(db, config.field_keys, config.keys_dir / "field.key")
        load_municipalities()
        vocabularies.load()
    for file in staging.tidy_up(today=clock.today(), now=clock.now()):
        click.echo(f"De afgebroken import van {file} is opgeruimd.")


def _load_demo(config: Config, app) -> int | None:
    """The demo, in an empty database; ``None`` when there was a region already."""
    with app.app_context(), transaction():
        if site_is_set_up():
            return None
        count = demo.load(
            config.content_dir, today=clock.today(), password=server.demo_password(config)
        )
    with app.app_context():
        app.extensions["search"].reindex()
    return count


@cli.command("init")
def init_command() -> None:
    """Maak of vernieuw het schema van de database."""
    _initialize(Config.from_environment())
    click.echo("De database is klaar.")


@cli.command("demo")
def demo_command() -> None:
    """Laad de voorbeeldgegevens in een lege database."""
    config = Config.from_environment()
    _initialize(config)
    count = _load_demo(config, create_app(config))
    if count is None:
        raise Refused("Er is al een regio. Voorbeeldgegevens komen alleen in een lege database.")
    click.echo(f"{count} voorbeelden geladen. Wachtwoord: {server.demo_password(config)}")


@cli.command()
@click.option("--host", default="127.0.0.1")
@click.option("--port", default=8000, type=click.IntRange(1, 65535))
@click.option("--workers", default=2, type=click.IntRange(1, 64))
def serve(host: str, port: int, workers: int) -> None:
    """Draai de site."""
    config = Config.from_environment()
    config.prepare_data_dir()
    server.serve(config, host=host, port=port, workers=workers)


@cli.command()
@click.option("--host", default="127.0.0.1")
@click.option("--port", default=8000, type=click.IntRange(1, 65535))
@click.option("--workers", default=2, type=click.IntRange(1, 64))
@click.option("--no-demo", is_flag=True, help="Begin met een lege site.")
def up(host: str, port: int, workers: int, no_demo: bool) -> None:
    """Zet alles klaar en draai de site met de worker ernaast."""
    os.environ.setdefault("SOCIALMAP_BASE_URL", f"http://{_in_address(host)}:{port}")
    config = Config.from_environment()
    server.require_free_port(host, port)
    _initialize(config)
    app = create_app(config)
    if not no_demo:
        _load_demo(config, app)
    _tell_how_to_begin(config, app)
    sys.exit(server.run_site_and_worker(config, host=host, port=port, workers=workers))


def _in_address(host: str) -> str:
    if host in ("0.0.0.0", "::"):  # noqa: S104
        return "127.0.0.1"
    return f"[{host}]" if ":" in host else host


def _tell_how_to_begin(config: Config, app) -> None:
    with app.app_context(), transaction():
        is_set_up = site_is_set_up()
        demo_users = accounts.demo_users()
    click.echo(f"\n  Sociale kaart: {config.base_url}\n")
    if not is_set_up:
        click.echo("  De site is nog leeg. Open het adres en vul deze code in:")
        click.echo(f"  {server.set_up_code(config)}\n")
    if demo_users:
        click.echo("  Voorbeeldaccounts (alleen op dit apparaat):")
        for one in demo_users:
            click.echo(f"    {one.email}")
        click.echo(f"  Wachtwoord: {server.demo_password(config)}\n")
    if not config.smtp_url:
        click.echo(f"  Mail komt als bestand in {config.mail_dir}\n")
    click.echo("  Stoppen: Ctrl-C\n")


@cli.command("worker")
@click.option("--once", is_flag=True, help="Doe wat nodig is en stop.")
def worker_command(once: bool) -> None:
    """Bezorg mail en ruim op."""
    app = create_app()
    if once:
        worker.run_once(app)
    else:
        worker.run(app)


EX_DATAERR, EX_TEMPFAIL = 65, 75
"""What a mail server understands of a command: this is no report, and: offer it again later."""

LARGEST_REPORT = 10_000_000


@cli.command()
@click.option("--to", "came_to", default="", help="Het adres waarop het bericht binnenkwam.")
def bounce(came_to: str) -> None:
    """Lees van een mailserver dat een mail niet is bezorgd (RFC 3464, standaardinvoer)."""
    report = read_report(sys.stdin.buffer.read(LARGEST_REPORT), came_to)
    if report is None:
        click.echo("Dit is geen bericht over bezorging. Er is niets veranderd.")
        sys.exit(EX_DATAERR)
    try:
        with create_app().app_context(), transaction():
            said = _note_report(report)
    except (ConfigError, SQLAlchemyError) as error:
        click.echo(f"De site is nu niet bereikbaar ({type(error).__name__}). Probeer het later.")
        sys.exit(EX_TEMPFAIL)
    click.echo(said)


def _note_report(report: Report) -> str:
    """Lay a report beside its mail; tells what was done."""
    mail = outbox.mail_of_marks(report.marks)
    if mail is None:
        return "Dit bericht hoort niet bij een mail van deze site. Er is niets veranderd."
    if report.failed is None:
        return f"Mail {mail.id}: nog niet mislukt. Er is niets veranderd."
    if not outbox.bounced(mail, report.failed, now=clock.now()):
        return f"Mail {mail.id}: dat was al bekend. Er is niets veranderd."
    return f"Mail {mail.id} is niet bezorgd ({report.failed}) en staat nu op de lijst."


WHERE_WORDS_STAND = {"service_kinds": "kind", "papers": "criteria", "situations": "criteria"}
"""Vocabulary to the column in which a file has its words, where the two differ."""

KNOWN_FORMATS = click.Choice(sorted(set(FORMATS.values())))


@cli.command("import")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="Controleer alles en verander niets.")
@click.option("--region", "region_slug", help="Regio van organisaties die nieuw zijn.")
@click.option("--format", "file_format", type=KNOWN_FORMATS, help="Anders zegt de naam het.")
def import_command(
    files: tuple[Path, ...], dry_run: bool, region_slug: str | None, file_format: str | None
) -> None:
    """Lees plekken in uit een bestand: per bestand alles of niets."""
    app = create_app()
    went_well = True
    with app.app_context():
        staging.tidy_up(today=clock.today(), now=clock.now())
        with transaction():
            region = _found(region_by_slug, region_slug, "regio")
        for path in files:
            with transaction():
                plan = imports.check(path, today=clock.today(), format=file_format, region=region)
            _tell_what_is_odd(plan)
            came_in = not plan.refused and _bring_in(plan, dry_run=dry_run)
            if came_in or plan.refused:
                _tell_what_came_in(plan, dry_run=dry_run)
            went_well = went_well and came_in
    if not went_well:
        sys.exit(1)


def _bring_in(plan: imports.Plan, *, dry_run: bool) -> bool:
    """Whether the file came in; what hinders it is told, and does not hinder the next file."""
    if dry_run or not plan.ready:
        return True
    try:
        staging.apply(plan, today=clock.today(), now=clock.now)
    except Refused as refusal:
        click.echo(f"{plan.file}: {refusal}")
        return False
    return True


def _tell_what_is_odd(plan: imports.Plan) -> None:
    """Everything in a file that somebody should look at: file, place, field and reason."""
    for name in plan.unknown_columns:
        click.echo(f"{plan.file}: kolom {name} kennen we niet; die is overgeslagen")
    for refusal in plan.refused:
        parts = (plan.file, refusal.position, refusal.field and f"veld {refusal.field}")
        click.echo(f"{', '.join(part for part in parts if part)}: {refusal.reason}")
    for (vocabulary, _slug), word in plan.words.unknown.items():
        name = COLUMNS[WHERE_WORDS_STAND.get(vocabulary, vocabulary)]
        click.echo(f"{plan.file}: nieuw woord in kolom {name}: {word}")


def _tell_what_came_in(plan: imports.Plan, *, dry_run: bool) -> None:
    made = len(plan.new_organizations)
    click.echo(
        f"{plan.file}: {len(plan.added)} nieuw, {len(plan.changed)} veranderd, "
        f"{plan.unchanged} gelijk, {len(plan.refused)} geweigerd"
        + (f", {made} nieuwe organisatie{'s' if made > 1 else ''}" if made else "")
    )
    if plan.refused:
        click.echo(f"{plan.file}: er is niets ingelezen. Verbeter deze regels en probeer opnieuw.")
    elif dry_run:
        click.echo(f"{plan.file}: alleen gecontroleerd, er is niets veranderd.")


@cli.command("export")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--format", "file_format", type=KNOWN_FORMATS, help="Anders zegt de naam het.")
def export_command(file: Path, file_format: str | None) -> None:
    """Schrijf de openbare catalogus naar een bestand; opnieuw inlezen verandert niets."""
    app = create_app()
    with app.app_context(), transaction():
        documents = (
            service.facts.model_copy(update={"organization": service.organization.name})
            for service in active_services()
        )
        try:
            count = write_records(file, documents, file_format)
        except OSError as error:
            raise Refused(
                f"{file} is niet te schrijven. Kijk of de map er is en of je er mag schrijven."
            ) from error
    click.echo(f"{count} plekken geschreven naar {file}")


@cli.command()
def reindex() -> None:
    """Bouw de zoekindex van deze machine opnieuw op; de site blijft antwoorden."""
    app = create_app()
    with app.app_context():
        count = app.extensions["search"].reindex()
    click.echo("De zoekindex is opnieuw opgebouwd" + (f": {count} plekken." if count else "."))


@cli.command("search")
@click.argument("query", nargs=-1, required=True)
@click.option("--limit", default=10, type=click.IntRange(1, 200))
@click.option("--json", "as_json", is_flag=True)
def search_command(query: tuple[str, ...], limit: int, as_json: bool) -> None:
    """Zoek zoals de site zoekt."""
    app = create_app()
    with app.app_context(), transaction():
        index = app.extensions["search"]
        with index.writing() as ours:
            if ours:
                index.catch_up()
        found = search_in(index, Filters(q=" ".join(query)), today=clock.today(), limit=limit)
    if as_json:
        rows = [{"id": h.entry.id, "name": h.entry.name, "score": h.score} for h in found.hits]
        click.echo(json.dumps({"total": found.total, "results": rows}, ensure_ascii=False))
        return
    for hit in found.hits:
        click.echo(f"{hit.entry.id}  {hit.entry.name}  ({hit.entry.organization})")
    click.echo(f"{found.total} gevonden")


@cli.group()
def user() -> None:
    """Accounts."""


@user.command("add")
@click.argument("email")
@click.option("--role", required=True, type=click.Choice([role.value for role in Role]))
@click.option("--organization", "organization_slug", help="Slug van de organisatie.")
@click.option("--region", "region_slug", help="Slug van de regio.")
@click.option("--name", help="Naam; anders het deel voor de @.")
@click.option("--password-stdin", is_flag=True, help="Lees het wachtwoord van standaardinvoer.")
def add_user(
    email: str,
    role: str,
    organization_slug: str | None,
    region_slug: str | None,
    name: str | None,
    password_stdin: bool,
) -> None:
    """Maak een account. Zonder wachtwoord gaat er een uitnodiging per mail."""
    app = create_app()
    password = sys.stdin.readline().rstrip("\n") if password_stdin else None
    with app.app_context(), transaction():
        organization = _found(organization_by_slug, organization_slug, "organisatie")
        region = _found(region_by_slug, region_slug, "regio")
        made = create_user(
            email=email,
            name=name or email.partition("@")[0],
            role=Role(role),
            organization=organization,
            region=region,
            password=password,
        )
        if password is None:
            invite(made)
    click.echo(f"Account {email} gemaakt.")


def _found(look_up, slug: str | None, what: str):
    if slug is None:
        return None
    thing = look_up(slug)
    if thing is None:
        raise Refused(f"Er is geen {what} met de slug {slug}.")
    return thing


@user.command("list")
def list_users() -> None:
    """Toon alle accounts met hun rollen."""
    app = create_app()
    with app.app_context(), transaction():
        for one in accounts.all_users():
            roles = ", ".join(sorted({m.role for m in one.memberships}))
            state = "" if one.is_active else " (uit)"
            click.echo(f"{one.email}  {one.name}  {roles}{state}")


@user.command("disable")
@click.argument("email")
def disable_user(email: str) -> None:
    """Zet een account uit; wie is ingelogd gaat er meteen uit."""
    app = create_app()
    with app.app_context(), transaction():
        one = accounts.user_by_email(email)
        if one is None:
            raise Refused(f"Er is geen account met het adres {email}.")
        disable(one)
    click.echo(f"Account {email} is uitgezet.")


def main() -> None:
    """Run a command; what is wrong is told in one line."""
    try:
        cli(standalone_mode=False)
    except (ConfigError, FileError, Refused) as error:
        sys.exit(f"socialmap: {error}")
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except click.exceptions.Abort:
        sys.exit(130)
    except OperationalError as error:
        reason = " ".join(str(error.orig).split())
        sys.exit(f"socialmap: de database antwoordt niet ({reason}).")
    except SQLAlchemyError as error:
        sys.exit(f"socialmap: de database geeft een fout ({type(error).__name__}).")


if __name__ == "__main__":
    main()
