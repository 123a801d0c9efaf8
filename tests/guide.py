"""The guide's action 2007QCA0266, as the Region awards it, and who is about; a test names only what is different in its own."""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from contracts.actions import Period
from contracts.answers import PersonalRef
from contracts.awards import ActionAwarded, Contract, Organisation, PlaceTerms, Terms
from contracts.codes import ActionKind, EntryLevel, PaidBy, Place, Referrer, Sex, TaxRegime, Title, Unemployment
from contracts.envelope import Actor
from contracts.identity import OrganisationRegistered
from contracts.personal import AgentContact, AgentRecord, MailAddress, Pathway, TraineeSheet, TrainerRecord, TrainerSheet, record_id

CONTRACT = "2007QCA0266"
SIRET, OTHER_SIRET = "73282932000074", "55208131766522"
TITLE = "BTS ASSISTANT DE DIRECTION EN UN AN"
START, END = "2007-09-03", "2008-06-27"
CENTRE_HOURS, CENTRE_RATE, COMPANY_HOURS, COMPANY_RATE = Decimal(812), Decimal(5), Decimal(420), Decimal("0.95")

HOLDER, AGENT = Actor("secretary", "organisation", SIRET), Actor("agent", "agent")
STRANGER = Actor("secretary", "organisation", OTHER_SIRET)
DURAND, DUPONT, CHOMBIER, MARTIN = (UUID(int=number) for number in (1, 2, 3, 4))
CONTACT = AgentContact(name="Mme VIDAL", telephone="04 67 22 80 00")
TRAINER = TrainerSheet(
    last_name="MEUNIER",
    first_name="Jacques",
    field="informatique",
    hours=Decimal(12),
    status="VACATAIRE",
    experience="2 ans de formation à l’étranger",
)
TRAINERS = (
    TrainerSheet(
        last_name="ROCHER",
        first_name="Yves",
        field="gestion et économie",
        hours=Decimal(12),
        status="CDD",
        experience="4 ans d’ancienneté",
    ),
    TRAINER,
)


def day(text: str) -> date:
    """A day, written 2007-09-03."""
    return date.fromisoformat(text)


def period(start: str, end: str, place: Place = Place.CENTRE) -> Period:
    """A period, in centre unless it is said otherwise."""
    return Period(place=place, start=day(start), end=day(end))


PERIODS = (period(START, "2008-02-15"), period("2008-04-21", END), period("2008-02-18", "2008-04-18", Place.COMPANY))


def organisation(**said: Any) -> Organisation:
    """The organisation that holds the contract."""
    guide = {
        "siret": SIRET,
        "name": "SCENES ET FORMATIONS",
        "email": "contact@scenes.example",
        "address": "2 RUE VICTOR HUGO",
        "postcode": "34800",
        "town": "CLERMONT-L’HÉRAULT",
        "tax_regime": TaxRegime.EXEMPT,
    }
    return Organisation.model_validate(guide | said)


ORGANISATION = organisation()


def organisation_registered(version: int = 1, **said: Any) -> OrganisationRegistered:
    """What `identity` says of that organisation at its first award (ACC-1)."""
    return OrganisationRegistered(version=version, **organisation(**said).model_dump(exclude={"tax_regime"}))


def place(hours: Decimal | int | str, rate: Decimal | str, headcount: int) -> PlaceTerms:
    """The hours and rate of each of `headcount` trainees, and the price that follows."""
    return PlaceTerms(hours=Decimal(hours), rate=Decimal(rate), price=Decimal(hours) * Decimal(rate) * headcount)


def terms(start: date, end: date, *, headcount: int = 10, **said: Any) -> Terms:
    """Ten trainees: 812 h × 5.00 × 10 = 40,600.00 and 420 h × 0.95 × 10 = 3,990.00; every day in centre, all of them paid."""
    guide = {
        "kind": ActionKind.COLLECTIVE,
        "title": TITLE,
        "call_for_projects": "TEST PRQ 2007-2008",
        "programme_year": 2007,
        "safir_operation": "007874",
        "safir_market": "07S00075",
        "deciding_body": "Conseil régional",
        "vote_date": date(2006, 11, 24),
        "location": "CLERMONT-L’HÉRAULT",
        "sector_code": "SEG",
        "sector_label": "Services - Gestion de l’entreprise",
        "esf": False,
        "organisation": organisation(),
        "centre": place(CENTRE_HOURS, CENTRE_RATE, headcount),
        "company": place(COMPANY_HOURS, COMPANY_RATE, headcount),
        "paid_headcount": headcount,
        "thresholds": (Decimal(30), Decimal(60), Decimal(80)),
        "periods": (Period(place=Place.CENTRE, start=start, end=end),),
    }
    return Terms.model_validate(guide | {"planned_start": start, "planned_end": end, "headcount": headcount} | said)


def contract(
    number: str = CONTRACT,
    *,
    agent: AgentContact = CONTACT,
    trainers: tuple[TrainerSheet, ...] = (TRAINER,),
    **said: Any,
) -> Contract:
    """The contract itself, from September to June in three periods, with one trainer; `said` are other terms."""
    guide = {"organisation": organisation(tax_regime=TaxRegime.STANDARD), "periods": PERIODS}
    start, end = (said.pop(name, day(text)) for name, text in (("planned_start", START), ("planned_end", END)))
    return Contract(number=number, terms=terms(start, end, **guide | said), agent=agent, trainers=trainers)


def sheet(**changed: Any) -> TraineeSheet:
    """A whole sheet, of somebody who is 25 at the entry; `mail_postcode="34"` changes the postcode."""
    mail = {name.removeprefix("mail_"): changed.pop(name) for name in list(changed) if name.startswith("mail_")}
    address = {"address": "3 place Saint-Paul", "postcode": "34800", "town": "CLERMONT-L’HÉRAULT", "insee_code": "34079"}
    guide = {
        "last_name": "DUPONT",
        "first_name": "Michel",
        "title": Title.MR,
        "birth_date": day("1982-06-09"),
        "sex": Sex.MALE,
        "mail": MailAddress.model_validate(address | mail),
        "entry_date": day(START),
        "paid_by": PaidBy.NOBODY,
        "entry_level": EntryLevel.IV,
        "unemployment": Unemployment.UNDER_6_MONTHS,
        "referrer": Referrer.LOCAL_MISSION,
        "rmi": False,
    }
    return TraineeSheet.model_validate(guide | changed)


def pathway(start: str = START, end: str = END, **changed: Any) -> Pathway:
    """A whole pathway that plans all the contract's hours, in one period of each place; `changed` are other particulars."""
    guide = {
        "project": "Assistant de direction",
        "centre_hours": CENTRE_HOURS,
        "company_hours": COMPANY_HOURS,
        "company_periods": 1,
        "periods": (period(start, end), period(start, end, Place.COMPANY)),
        "general_modules": "Français, anglais",
        "vocational_modules": "Bureautique, comptabilité",
        "company_goals": "Tenir un agenda, rédiger un compte rendu",
        "goals": "Obtenir le BTS en un an",
        "vae": False,
        "planned_start": day(start),
        "planned_end": day(end),
    }
    return Pathway.model_validate(guide | changed)


def awarded(held: Terms | None = None, **said: Any) -> ActionAwarded:
    """The award, without trainers, of `held`, or of half a year in 2007; `said` are other particulars of the organisation."""
    holder = organisation(**{"tax_regime": TaxRegime.STANDARD} | said)
    held = held or terms(date(2007, 1, 2), date(2007, 7, 1), organisation=holder, paid_headcount=5)
    return ActionAwarded(terms=held, agent=PersonalRef(id="agent", version=1), trainers=())


def award(number: str, of: Terms, *trainers: TrainerSheet) -> tuple[AgentRecord | TrainerRecord | ActionAwarded, ...]:
    """All that `actions` says when the Region awards a contract (ACT-1): whom it names, then the award itself, the last."""
    contact = AgentRecord(id=record_id(number, "agent"), version=1, contract_number=number, contact=CONTACT)
    records = [
        TrainerRecord(id=record_id(number, f"trainer-{index}"), version=1, contract_number=number, sheet=sheet)
        for index, sheet in enumerate(trainers)
    ]
    refs = tuple(PersonalRef(id=record.id, version=1) for record in records)
    return contact, *records, ActionAwarded(terms=of, agent=PersonalRef(id=contact.id, version=1), trainers=refs)
