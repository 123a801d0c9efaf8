"""What a small Region is made of: an organisation, an action with its people, and how far it has come."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import IntEnum
from functools import cached_property
from unicodedata import normalize

from contracts import awards, codes
from contracts.actions import Period
from contracts.awards import Contract, Organisation, PlaceTerms, Terms
from contracts.codes import Place, RequestObject
from contracts.month import Month, months_between
from contracts.personal import AgentContact, MailAddress, Pathway, TraineeSheet, TrainerSheet
from contracts.types import to_cent

from .days import weekdays

HOURS_A_DAY = 7
SHARES = (Decimal(1), Decimal("0.75"), Decimal("0.5"))
"""Of the contract's hours, in the pathways of an individualised action."""
FAMILY = (
    *("ALBERT", "BARTHES", "CAZALS", "DELMAS", "ESTEVE", "FABRE", "GALTIER", "HERMET", "ISSARTEL", "JOUVE"),
    *("LACROIX", "MAZEL", "NOGARET", "OLIVIER", "PUECH", "QUEYROY", "ROUVIERE", "SALTEL", "TEISSEDRE", "VERDIER"),
)
WOMEN = ("Aïcha", "Béatrice", "Camille", "Delphine", "Élodie", "Fatima", "Gaëlle", "Hélène", "Inès", "Juliette")
MEN = ("Adrien", "Bruno", "Cédric", "Driss", "Étienne", "Farid", "Guilhem", "Hugo", "Ilyès", "Jérôme")


@dataclass(frozen=True)
class Partner:
    """A training organisation, with the login that the demo chooses for it and its commune's INSEE code."""

    login: str
    organisation: Organisation
    insee_code: str


class Until(IntEnum):
    """How far an action's people have come, when that is not where the calendar would have brought them."""

    AWARDED = 0
    PREPARING = 1
    READY = 2
    NOT_OPENED = 3
    OPENED = 4
    CLOSED = 5
    REPORTED = 6
    BALANCED = 7


@dataclass(frozen=True)
class Leave:
    """The trainee at `index` leaves early, `on` a day."""

    index: int
    on: date
    reason: codes.ExitReason


@dataclass(frozen=True)
class Wish:
    """The organisation asks the Region for a change, `on` a day; it is answered later, when it is: granted, or refused with a reason."""

    about: RequestObject
    on: date
    answered_on: date | None = None
    refusal: str = ""


@dataclass(frozen=True)
class Plan:
    """One action, from its contract to what its people do differently from others."""

    code: str
    """The contract's number without its year, which is that of the start."""
    title: str
    partner: Partner
    sector: tuple[str, str]
    start: date
    end: date
    awarded: date
    centre: tuple[int, str]
    """Hours per trainee, euros per hour."""
    company: tuple[int, str]
    headcount: int
    trainees: int
    look: str
    """What there is to see, for whoever logs in."""
    until: Until = Until.BALANCED
    frequency: codes.Frequency = codes.Frequency.MONTHLY
    individualised: bool = False
    """Each trainee has a pathway of their own, of all the contract's hours, three quarters or half of them."""
    leaves: tuple[Leave, ...] = ()
    rejected: Month | None = None
    """Its invoice is rejected once, and corrected ten days later."""
    rejected_on: date | None = None
    """When that is not the usual day."""
    paid_late: Month | None = None
    """Its invoice is paid ten days after its last one (BIL-15)."""
    undecided: Month | None = None
    """From this month on nobody has decided an invoice."""
    proofs: Month | None = None
    """In this month three trainees are excused for a day: the files of all proofs but the last come, and the Region notes that the first is
    there and the last is missing (DEC-10).
    """
    half_filled: tuple[Month, date] | None = None
    """A month in which half of the lines are there, since that day."""
    by_programme: bool = False
    """The Region's programme system sends the contract; others come in the agent's workbook (ACT-1)."""
    first_end: date | None = None
    """The planned end of the contract, when an amendment makes it `end`."""
    wishes: tuple[Wish, ...] = ()
    advance: awards.Advance | None = None
    """Invoiced on the day after the opening."""
    subcontractor: awards.Subcontractor | None = None
    """It invoices its whole ceiling in the second month, and the holder's invoice of that month deducts it."""

    @property
    def number(self) -> str:
        """The contract's number."""
        return f"{self.start.year}{self.code}"

    @cached_property
    def months(self) -> tuple[Month, ...]:
        """Every month of the training."""
        return months_between(Month.of(self.start), Month.of(self.end))

    @cached_property
    def periods(self) -> tuple[Period, ...]:
        """Centre, company for as many days of seven hours as its hours make, centre again."""
        return self.periods_until(self.end)

    def periods_until(self, end: date) -> tuple[Period, ...]:
        """The same of an action that ends on another day."""
        days = weekdays(self.start, end)
        length = self.company[0] // HOURS_A_DAY
        if not length:
            return (Period(place=Place.CENTRE, start=self.start, end=end),)
        first = (len(days) - length) * 3 // 5
        leaving, returning = days[first], days[first + length]
        return (
            Period(place=Place.CENTRE, start=self.start, end=leaving - timedelta(days=1)),
            Period(place=Place.COMPANY, start=leaving, end=returning - timedelta(days=1)),
            Period(place=Place.CENTRE, start=returning, end=end),
        )

    @property
    def awarded_end(self) -> date:
        """The planned end that the Region awards."""
        return self.first_end or self.end

    @property
    def planned(self) -> Mapping[Place, Decimal]:
        """Hours of one trainee in each place."""
        return {Place.CENTRE: Decimal(self.centre[0]), Place.COMPANY: Decimal(self.company[0])}

    def planned_for(self, index: int) -> Mapping[Place, Decimal]:
        """Hours of the trainee at `index` in each place."""
        share = SHARES[index % len(SHARES)] if self.individualised else Decimal(1)
        return {place: hours * share for place, hours in self.planned.items()}

    def pathway(self, index: int) -> Pathway:
        """The trainee's own plan (TRN-3)."""
        hours, periods = self.planned_for(index), self.periods_until(self.awarded_end)
        return Pathway(
            project="Ouvrier qualifié, puis chef d’équipe",
            centre_hours=hours[Place.CENTRE],
            company_hours=hours[Place.COMPANY],
            company_periods=sum(period.place is Place.COMPANY for period in periods),
            periods=periods,
            general_modules="Français, calcul professionnel",
            vocational_modules="Gestes du métier, sécurité, lecture de plans",
            company_goals="Tenir un poste en équipe",
            goals="Obtenir le titre professionnel",
            vae=index % 2 == 1,
            planned_start=self.start,
            planned_end=self.awarded_end,
        )

    def exit_of(self, index: int) -> Leave | None:
        """The early exit of a trainee."""
        return next((leave for leave in self.leaves if leave.index == index), None)

    def presence(self, index: int) -> tuple[date, date]:
        """First and last day of a trainee."""
        leave = self.exit_of(index)
        return self.start, leave.on if leave else self.end

    @property
    def contract(self) -> Contract:
        """What the Region awards (ACT-4)."""
        return Contract(
            number=self.number,
            terms=self._terms(),
            agent=AgentContact(name="Camille Martin", telephone="04 67 22 80 00"),
            trainers=self.trainers,
        )

    @property
    def trainers(self) -> tuple[TrainerSheet, ...]:
        """Who teaches, by the contract."""
        return (
            _trainer("ROCHER", "Yves", "cœur de métier", Decimal(self.centre[0] // 2), "CDI", "douze ans de métier"),
            _trainer("MEUNIER", "Jacqueline", "communication", Decimal(self.centre[0] // 4), "vacataire", "formatrice depuis 4 ans"),
        )

    @property
    def substitute(self) -> TrainerSheet:
        """Who is to teach besides."""
        return _trainer("SALTEL", "Inès", "remplacements", Decimal(self.centre[0] // 8), "CDD", "six ans d’atelier")

    def _terms(self) -> Terms:
        return Terms(
            kind=codes.ActionKind.INDIVIDUALISED if self.individualised else codes.ActionKind.COLLECTIVE,
            title=self.title,
            call_for_projects=f"PRQ {self.start.year}-{self.start.year + 1}",
            programme_year=self.start.year,
            safir_operation=f"00{int(self.number[-4:]):04}",
            safir_market=f"{self.start:%y}S0{self.number[-4:]}",
            deciding_body="Conseil régional",
            vote_date=self.awarded - timedelta(days=30),
            location=self.partner.organisation.town,
            sector_code=self.sector[0],
            sector_label=self.sector[1],
            esf=False,
            organisation=self.partner.organisation,
            planned_start=self.start,
            planned_end=self.awarded_end,
            centre=_place(self.centre, self.headcount),
            company=_place(self.company, self.headcount),
            headcount=self.headcount,
            paid_headcount=max(1, self.headcount - 2),
            thresholds=(Decimal(30), Decimal(60), Decimal(80)),
            periods=self.periods_until(self.awarded_end),
            subcontractors=(self.subcontractor,) if self.subcontractor else (),
            advance=self.advance,
        )

    def sheet(self, index: int) -> TraineeSheet:
        """A trainee's whole sheet (TRN-2); names and ages are made up, the same each time."""
        place = int(self.number[-4:]) + index
        woman = place % 2 == 0
        organisation = self.partner.organisation
        last_name, first_name = FAMILY[place * 7 % len(FAMILY)], (WOMEN if woman else MEN)[place // 2 * 3 % len(WOMEN)]
        return TraineeSheet(
            last_name=last_name,
            first_name=first_name,
            title=codes.Title.MRS if woman else codes.Title.MR,
            birth_date=date(self.start.year - 20 - place * 5 % 31, 1 + place % 12, 1 + place * 11 % 28),
            sex=codes.Sex.FEMALE if woman else codes.Sex.MALE,
            nationality=codes.Nationality.FRENCH,
            mail=MailAddress(
                address=f"{1 + place % 40} rue des Micocouliers",
                postcode=organisation.postcode,
                town=organisation.town,
                insee_code=self.partner.insee_code,
            ),
            entry_date=self.start,
            paid_by=codes.PaidBy.REGION if index < max(1, self.headcount - 2) else codes.PaidBy.UNEMPLOYMENT_INSURANCE,
            entry_level=(codes.EntryLevel.V, codes.EntryLevel.IV, codes.EntryLevel.III)[place % 3],
            unemployment=(codes.Unemployment.UNDER_6_MONTHS, codes.Unemployment.FROM_6_TO_12)[place % 2],
            referrer=(codes.Referrer.EMPLOYMENT_SERVICE, codes.Referrer.LOCAL_MISSION)[index % 2],
            rmi=False,
            pathway=self.pathway(index) if self.individualised else None,
            email=f"{plain(first_name)}.{plain(last_name)}@courriel.example" if index % 3 == 0 else None,
        )


def plain(name: str) -> str:
    """A name as it stands in an address: without accents, spaces and hyphens."""
    return "".join(filter(str.isascii, filter(str.isalnum, normalize("NFKD", name)))).lower()


def _trainer(last: str, first: str, of: str, hours: Decimal, status: str, experience: str) -> TrainerSheet:
    return TrainerSheet(last_name=last, first_name=first, field=of, hours=hours, status=status, experience=experience)


def _place(given: tuple[int, str], headcount: int) -> PlaceTerms:
    hours, rate = Decimal(given[0]), Decimal(given[1])
    return PlaceTerms(hours=hours, rate=rate, price=to_cent(hours * rate * headcount))
