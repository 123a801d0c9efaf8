"""What is asked of the history: from the texts of an address to what an act must be like, and of which day an action is asked for."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from contracts.month import Month, beginning
from gateway.web.values import Values

FILTERS = ("objet", "qui", "du", "au", "stagiaire", "mois", "facture")
KINDS: Mapping[str, str] = {
    "": "Tout",
    "action": "Contrat, dates, ouverture, clôture, bilan",
    "stagiaires": "Stagiaires",
    "mois": "Mois déclarés",
    "factures": "Factures et paiements",
}
"""What an act can be about: how people call it."""
ROLES: Mapping[str, tuple[str, str]] = {
    "organisme": ("organisation", "L’organisme"),
    "region": ("agent", "La Région"),
    "finance": ("finance", "Le système financier"),
    "programmes": ("programme", "Le système des programmes"),
    "stagiaires": ("link", "Les stagiaires, par leur lien"),
    "sesame": ("system", "Sésame, de lui-même"),
}
"""By whom, when no person is named: the role as the log has it, and how people call it."""
EVER = datetime(1900, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an act must be like: from one instant until before another; None, or an empty kind, is anything."""

    since: datetime
    until: datetime
    kind: str = ""
    role: str | None = None
    actor: UUID | None = None
    trainee: UUID | None = None
    month: str | None = None
    invoice: UUID | None = None

    @property
    def is_of_one(self) -> bool:
        """Whether it names one trainee, one month or one invoice."""
        return bool(self.trainee or self.month or self.invoice)


def wanted(values: Values) -> Wanted:
    """What is asked. A date that cannot be read is noted; what no page of ours offers is as if it were not there."""
    since, until = values.date("du"), values.date("au")
    if since and until and until < since:
        values.wrong("au", "Cette date est avant la première : rien ne peut y correspondre.")
    who = values.value("qui")
    return Wanted(
        since=beginning(since) if since else EVER[0],
        until=beginning(until + timedelta(1)) if until else EVER[1],
        kind=values.value("objet") if values.value("objet") in KINDS else "",
        role=ROLES[who][0] if who in ROLES else None,
        actor=_id(who),
        trainee=_id(values.value("stagiaire")),
        month=_month(values.value("mois")),
        invoice=_id(values.value("facture")),
    )


def past_day(values: Values, first: date, today: date) -> date | None:
    """The day of which an action, awarded on `first`, is asked for: one that has ended."""
    day = values.date("jour", "Dites de quel jour.")
    if day and not first <= day < today:
        values.wrong("jour", "Choisissez un jour passé, depuis l’attribution du contrat.")
        return None
    return day


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _month(text: str) -> str | None:
    try:
        return Month(text)
    except ValueError:
        return None
