"""Why a mail did not arrive, and what mends it, in words for who has to mend it."""

import re
from dataclasses import dataclass

from ..kit.outbox import NO_ADDRESS, NO_TEXT
from ..kit.words import _


@dataclass(frozen=True)
class Failure:
    """What went wrong, what to do, and the code that a technical admin understands."""

    words: str
    mend: str
    code: str = ""


def why(error: str | None) -> Failure:
    """Read what the outbox remembers of an error: its kind, with a code of SMTP or RFC 3463."""
    kind, _space, rest = (error or "").rpartition(" ")
    code = rest if re.fullmatch(r"[\d.]+", rest) else ""
    words, mend = _told(error or "", kind if code else error or "", code)
    return Failure(words, mend, code)


def _told(error: str, kind: str, code: str) -> tuple[str, str]:
    if error == NO_ADDRESS:
        return (
            _("Er is geen mailadres, of het account staat uit."),
            _("Zoek uit wie dit nu moet weten en bel of mail die persoon zelf."),
        )
    if error == NO_TEXT:
        return _("De tekst van de mail is er niet meer."), _("Bel of mail de ontvanger zelf.")
    if kind in ("refused", "bounced"):
        return _refused(code)
    if kind.startswith("SMTP") or "Connection" in kind or kind in _AWAY:
        return (
            _("Onze mailserver werkte niet, ook niet na een paar dagen proberen."),
            _("Vraag de technisch beheerder of de mail weer werkt. Probeer het dan opnieuw."),
        )
    return (
        _("De naam of het mailadres is niet goed geschreven."),
        _("Zorg dat naam en mailadres kloppen. Probeer het dan opnieuw."),
    )


_AWAY = (
    "OSError", "TimeoutError", "gaierror", "SSLError", "SSLCertVerificationError", "SSLEOFError",
)  # fmt: skip
"""Kinds of errors that say that no mail server was reached."""


def _refused(code: str) -> tuple[str, str]:
    """What the recipient's mail server says with its code."""
    for pattern, words, mend in _refusals():
        if re.fullmatch(pattern, code):
            return words, mend
    return (
        _("De mailserver van de ontvanger weigert deze mail. Vaak bestaat het adres niet meer."),
        _("Bel de ontvanger en vraag of het mailadres klopt."),
    )


def _refusals() -> tuple[tuple[str, str, str], ...]:
    """Pattern of the code, what it means, what to do; the first that fits counts."""
    return (
        (
            r"[45]\.1\.\d+|551|553",
            _("Dit mailadres bestaat niet, of niet meer."),
            _("Vraag het goede mailadres na en laat het veranderen. Probeer het dan opnieuw."),
        ),
        (
            r"[45]\.2\.2|[45]52",
            _("Het postvak van de ontvanger is vol."),
            _("Bel de ontvanger. Probeer het opnieuw als er weer ruimte is."),
        ),
        (
            r"[45]\.2\.\d+",
            _("Het postvak van de ontvanger staat uit."),
            _("Vraag wie deze mail nu moet krijgen en bel of mail die persoon zelf."),
        ),
        (
            r"[45]\.[34]\.\d+|4\d\d",
            _("De mailserver van de ontvanger werkte te lang niet."),
            _("Probeer het opnieuw. Komt de mail weer terug? Bel dan de ontvanger."),
        ),
        (
            r"[45]\.7\.\d+|554",
            _("De mailserver van de ontvanger vertrouwt onze mail niet."),
            _(
                "Vertel de ontvanger zelf wat er in de mail staat. "
                "Geef de code door aan de technisch beheerder."
            ),
        ),
    )
