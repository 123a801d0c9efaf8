"""What has happened before the programme system comes: an agent imported two contracts; on one its organisation works, one is withdrawn."""

from collections.abc import Callable
from datetime import date, datetime, time
from decimal import Decimal
from uuid import uuid5

from contracts.actions import ValidateDates
from contracts.awards import Contract, ImportContracts, Organisation, PlaceTerms, Terms, WithdrawContract
from contracts.codes import ActionKind, Place, TaxRegime
from contracts.envelope import NAMESPACE, Actor, Envelope
from contracts.message import Command
from contracts.month import PARIS
from contracts.periods import Period
from contracts.personal import AgentContact

from ..stage import Said, Stage
from .records import WITHDRAWN

TODAY, IMPORTED_ON = date(2026, 10, 12), date(2026, 10, 12)
START, END = date(2026, 11, 2), date(2027, 6, 25)
IN_USE = "2026SBP05"
"""Its organisation has validated its dates."""
SIRET = "73282932000074"
HOLDER, AGENT = Actor("sandbox-holder", "organisation", SIRET), Actor("sandbox-agent", "agent")


def contract(number: str) -> Contract:
    """As the Region awards it: 812 h × 5.00 × 10 = 40,600.00 and 420 h × 0.95 × 10 = 3,990.00."""
    terms = Terms(
        kind=ActionKind.COLLECTIVE,
        title="ACTION DE L’ESSAI",
        call_for_projects="ESSAI 2026",
        programme_year=2026,
        safir_operation="007874",
        safir_market="26S00075",
        deciding_body="Conseil régional",
        vote_date=date(2026, 6, 26),
        location="MONTPELLIER",
        sector_code="SEG",
        sector_label="Services - Gestion de l’entreprise",
        esf=False,
        organisation=Organisation(
            siret=SIRET,
            name="SCENES ET FORMATIONS",
            email="contact@scenes.example",
            address="2 RUE VICTOR HUGO",
            postcode="34800",
            town="CLERMONT-L’HÉRAULT",
            tax_regime=TaxRegime.STANDARD,
        ),
        planned_start=START,
        planned_end=END,
        centre=PlaceTerms(hours=Decimal(812), price=Decimal(40_600), rate=Decimal(5)),
        company=PlaceTerms(hours=Decimal(420), price=Decimal(3_990), rate=Decimal("0.95")),
        headcount=10,
        paid_headcount=10,
        thresholds=(Decimal(30), Decimal(60), Decimal(80)),
        periods=(Period(place=Place.CENTRE, start=START, end=END),),
    )
    return Contract(number=number, terms=terms, agent=AgentContact(name="Mme VIDAL", telephone="04 67 22 80 00"), trainers=())


async def play(stage: Stage, say: Callable[[str], None]) -> None:
    """It happens. Raises Trouble."""
    say("L'histoire des contrats…")
    await stage.day(TODAY)
    imported = (contract(IN_USE), contract(WITHDRAWN))
    await stage.say(_said(str(uuid5(NAMESPACE, "sandbox/import")), ImportContracts(contracts=imported), AGENT, 10))
    await stage.say(_said(IN_USE, ValidateDates(periods=imported[0].terms.periods, base_version=0), HOLDER, 11))
    await stage.say(_said(WITHDRAWN, WithdrawContract(), AGENT, 11))


def _said(key: str, command: Command, by: Actor, hour: int) -> Said:
    made, at = uuid5(NAMESPACE, f"sandbox/{key}/{command.TYPE}"), datetime.combine(IMPORTED_ON, time(hour), PARIS)
    return Said(command, Envelope(made, "gateway", command.TYPE, key, 1, at, made, actor=by))
