"""Which notifications go by mail together, how soon they usually do, and when that is (NOT-1)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Final, Literal

from contracts.month import PARIS

from .row import AGENTS, HOLDER, Audience
from .table import NOTICES

Pace = Literal["at_once", "daily", "never"]
AT_ONCE: Final = "at_once"
DAILY: Final = "daily"
PACES: Mapping[Pace, str] = {"at_once": "Tout de suite", "daily": "Une fois par jour, à 7 h", "never": "Jamais"}

GATHERED = timedelta(minutes=1)
"""What follows within so long goes in the same mail: a rejected invoice and its reopened months, a lot of twenty decisions."""
SEVEN = time(7)
"""In Paris: before offices open."""


@dataclass(frozen=True, slots=True)
class Family:
    """What one chooses for at once. `code` is stored, and stands in links of mails: it never changes.

    A decision goes at once, since somebody waits for it and a deadline may run from it; what comes on one day for many actions, or to many
    agents, goes once a day.
    """

    code: str
    to: Audience
    """Who chooses: the holder's people, also for what only some of them are told, or agents."""
    label: str
    usual: Pace
    kinds: tuple[str, ...] = ()


FAMILIES: tuple[Family, ...] = (
    Family(
        "decisions",
        HOLDER,
        "Décisions de la Région et paiements",
        AT_ONCE,
        (
            *("invoice_accepted", "invoice_rejected", "invoice_without_months_rejected", "invoice_paid", "invoice_partly_paid"),
            *("month_reopened", "proofs_missing", "request_refused", "request_granted", "request_applied", "unlocking_taken_back"),
            *("contract_amended", "report_acknowledged"),
        ),
    ),
    Family("letters", HOLDER, "Notes que la Région vous écrit", AT_ONCE, ("invoice_noted", "report_noted")),
    Family(
        "windows",
        HOLDER,
        "Ouverture et fin des périodes pour confirmer et facturer",
        DAILY,
        ("window_opens", "window_closes", "invoices_window_opens", "invoices_window_closes"),
    ),
    Family("surveys", HOLDER, "Enquêtes à remplir", DAILY, ("survey_due", "later_survey_due", "later_survey_reminder")),
    Family("account", HOLDER, "Votre compte et vos collègues", AT_ONCE, ("right_changed", "admitted_by_the_region")),
    Family("others", HOLDER, "Autres nouvelles de vos actions", DAILY),
    Family("to_decide", AGENTS, "Factures à décider", DAILY, ("invoice_to_decide", "invoice_due_soon", "invoice_late")),
    Family("requests", AGENTS, "Demandes de modification", DAILY, ("request_to_answer", "request_withdrawn")),
    Family("reports", AGENTS, "Bilans reçus", DAILY, ("report_submitted", "report_figures_changed_since")),
    Family("news", AGENTS, "Autres nouvelles des actions", DAILY),
)
BY_CODE: Mapping[str, Family] = {family.code: family for family in FAMILIES}
_NAMED = {kind: family for family in FAMILIES for kind in family.kinds}
_REST = {family.to: family for family in FAMILIES if not family.kinds}


def family_of(kind: str) -> Family:
    """The family of a kind of notification; one that none names belongs to the rest of its audience. Raises KeyError for no kind."""
    return _NAMED.get(kind) or _REST[NOTICES[kind].to]


def families_for(audience: Audience) -> tuple[Family, ...]:
    """Those that reach these users."""
    return tuple(family for family in FAMILIES if family.to == audience)


def soon(at: datetime) -> datetime:
    """When what happened at `at` goes to who wants it at once."""
    return at + GATHERED


def next_seven(at: datetime) -> datetime:
    """The first seven o'clock in Paris after `at`: what a day tells at its beginning goes that morning, whatever the clocks were put to."""
    local = at.astimezone(PARIS)
    day = local.date() + timedelta(days=local.time() >= SEVEN)
    return datetime.combine(day, SEVEN, PARIS)
