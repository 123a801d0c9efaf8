"""What an action's documents must say, worked out from raw records of Kafka alone: `events`, `personal`, `billing.invoices`. No view of
the portal and no rule of a service is asked; hours, rates, sums and dates are those that were said.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import TypeVar
from uuid import UUID

from auditor import AuditSettings, log
from contracts import actions, awards, billing, declarations, finance, personal, requests, surveys
from contracts.codes import (
    EmploymentContract,
    InvoiceKind,
    NonOpeningReason,
    PaidBy,
    Place,
    RejectionCode,
    Situation,
    SurveyKind,
)
from contracts.envelope import Envelope, EnvelopeError
from contracts.message import Message
from contracts.month import Month
from contracts.registry import MESSAGES
from contracts.types import to_cent
from gateway.words.french import date_long, date_short, moment, money, month, number
from gateway.words.labels import LABELS, label
from sesame_local.place import Place as Folder
from sesame_local.supervise import Installation

TOPICS = ("events", "personal", "billing.invoices", "gateway.documents")
Said = TypeVar("Said", bound=Message)


def euros(amounts: Iterable[Decimal]) -> str:
    """Their sum, as it is printed."""
    return money(sum(amounts, Decimal("0.00")))


def hours(figures: Iterable[Decimal]) -> str:
    """Their sum, as it is printed."""
    return number(sum(figures, Decimal(0)))


@dataclass
class Action:
    """All that was said of a contract, in the log's order, with the instant of each."""

    number: str
    told: list[tuple[datetime, Message]] = field(default_factory=list)
    people: dict[str, Message] = field(default_factory=dict)
    """The latest record of each person and text, by its id."""

    def all(self, kind: type[Said]) -> list[Said]:
        """Every message of this type alone, in order."""
        return [message for _, message in self.told if type(message) is kind]  # type: ignore[misc]

    def last(self, kind: type[Said]) -> Said:
        """The latest of them."""
        return self.all(kind)[-1]

    def when(self, message: Message) -> datetime:
        """The instant of a message."""
        return next(at for at, said in self.told if said is message)

    @property
    def terms(self) -> awards.Terms:
        """As the Region awarded them."""
        return self.last(awards.ActionAwarded).terms

    def month(self, name: str) -> declarations.MonthConfirmed:
        """As it was confirmed last."""
        return [said for said in self.all(declarations.MonthConfirmed) if said.month == name][-1]

    @property
    def months(self) -> list[declarations.MonthConfirmed]:
        """Each, as it was confirmed last."""
        return list({said.month: said for said in self.all(declarations.MonthConfirmed)}.values())

    def is_reopened(self, name: str) -> bool:
        """Whether a month waits for its correction: it counts nowhere."""
        last = [said for _, said in self.told if isinstance(said, declarations.MonthConfirmed | declarations.MonthReopened)]
        return isinstance([said for said in last if said.month == name][-1], declarations.MonthReopened)

    @property
    def declared(self) -> list[declarations.MonthConfirmed]:
        """The months that count."""
        return [said for said in self.months if not self.is_reopened(said.month)]

    def worth(self, said: declarations.MonthConfirmed) -> Decimal:
        """Hours by rate, each place rounded once (BIL-1)."""
        rates = ((Place.CENTRE, self.terms.centre.rate), (Place.COMPANY, self.terms.company.rate))
        return sum((to_cent(sum(paid(said, place), Decimal(0)) * rate) for place, rate in rates), Decimal(0))

    def absences(self, name: str) -> list[declarations.Absence]:
        """Of every line of a month, as it was saved last."""
        lines: dict[UUID, declarations.Line] = {}
        for said in [message for _, message in self.told]:
            if isinstance(said, declarations.MonthFilled) and said.month == name:
                lines |= {stored.trainee_id: stored.line for stored in said.lines}
            elif isinstance(said, declarations.LineSaved) and said.month == name:
                lines[said.trainee_id] = said.line
        return [absence for line in lines.values() for absence in line.absences]

    @property
    def exits(self) -> dict[UUID, declarations.Exit]:
        """Who left, as it was said last."""
        return {said.trainee_id: said.exit for said in self.all(declarations.TraineeExited)}

    @property
    def issued(self) -> dict[UUID, finance.IssuedInvoice]:
        """What the finance system was told to decide."""
        return {said.invoice_id: said for said in self.all(finance.IssuedInvoice)}

    @property
    def rejected(self) -> dict[UUID, finance.RejectedInvoice]:
        """What was rejected of it."""
        return {said.invoice_id: said for said in self.all(finance.RejectedInvoice)}

    @property
    def accepted(self) -> list[finance.IssuedInvoice]:
        """What was accepted."""
        return [self.issued[said.invoice_id] for said in self.all(finance.AcceptedInvoice)]

    @property
    def waiting(self) -> list[finance.IssuedInvoice]:
        """What nobody has decided."""
        decided = {*self.rejected, *(said.invoice_id for said in self.accepted)}
        return [said for id_, said in self.issued.items() if id_ not in decided]

    def text(self, ref: str) -> str:
        """What somebody wrote."""
        record = self.people[ref]
        assert isinstance(record, personal.TextRecord)
        return record.text


def paid(said: declarations.MonthConfirmed, place: Place) -> Iterator[Decimal]:
    """Attended and excused hours of each trainee in a place."""
    for line in said.lines:
        of = line.centre if place is Place.CENTRE else line.company
        yield of.attended + of.excused


async def read(place: Folder) -> dict[str, Action]:
    """Everything, by contract."""
    actions_: dict[str, Action] = {}
    async for record in log.read(AuditSettings.told(Installation(place).audited()), TOPICS):
        try:
            envelope = Envelope.read(record.key, record.headers)
        except EnvelopeError:
            continue
        message = MESSAGES[envelope.type].parse(record.body or b"")
        number = message.contract_number if isinstance(message, personal.PersonalRecord) else envelope.key
        action = actions_.setdefault(number or "", Action(number or ""))
        if isinstance(message, personal.PersonalRecord):
            action.people[message.id] = message
        else:
            action.told.append((envelope.time, message))
    return {number: action for number, action in actions_.items() if action.all(awards.ActionAwarded)}


Expected = Iterator[str]
"""Texts that a document must have, as they are printed."""


def trainers(action: Action, _: str) -> Expected:
    """Everybody on the list, with their hours."""
    changed = action.all(requests.TrainersChanged)
    refs = changed[-1].trainers if changed else action.last(awards.ActionAwarded).trainers
    sheets = [record.sheet for ref in refs if isinstance(record := action.people[ref.id], personal.TrainerRecord)]
    yield f"Nombre total de formateurs : {len(sheets)} {hours(sheet.hours for sheet in sheets)}"
    yield from (f"{sheet.last_name} {sheet.first_name} {sheet.field} {number(sheet.hours)}" for sheet in sheets)


def trainees(action: Action, when: str) -> Expected:
    """Everybody who was registered, with their dates."""
    registered = action.all(actions.TraineeRegistered)
    of_region = sum(said.paid_by is PaidBy.REGION for said in registered)
    yield f"{len(registered)} stagiaires pour un effectif de {action.terms.headcount}, dont {of_region} rémunérés par la Région."
    entered = {said.trainee_id: said.entered_on for said in action.all(actions.TraineeEntered)}
    for said in registered:
        out = f" {date_short(action.exits[said.trainee_id].on)}" if when == "fermeture" else ""
        yield f"{date_short(entered[said.trainee_id])}{out} {label(said.paid_by)}"


def declaration(action: Action, name: str) -> Expected:
    """A month: its sums, what it is worth, exits and absences of it, what it added."""
    said = action.month(name)
    centre, company = (list(paid(said, place)) for place in Place)
    yield f"éclaration confirmée le {moment(action.when(said))}"
    yield f"Total détaillé {hours(centre)} {hours(company)}"
    yield f"Total {hours([*centre, *company])}"
    yield f"Total {money(action.worth(said))}"
    yield from (f"{date_short(out.on)} oui {label(out.reason)}" for out in action.exits.values() if out.reason and Month.of(out.on) == name)
    absences = action.absences(name) if not action.is_reopened(name) else []
    if not absences and not action.is_reopened(name):
        yield "Aucune absence déclarée."
    for one in absences:
        yield f"{date_short(one.start)} {date_short(one.end)} {label(one.reason)}"
        yield f"{label(one.place)} {number(one.hours or Decimal(0))}"
    yield from (f"{number(line.added.centre)} {number(line.added.company)}" for line in said.lines if line.added)


def realised(action: Action, _: str) -> Expected:
    """Each month's sum, and all of them."""
    for places in ((Place.CENTRE,), (Place.COMPANY,), tuple(Place)):
        sums = [sum((figure for place in places for figure in paid(said, place)), Decimal(0)) for said in action.months]
        yield f"Total {' '.join(map(number, sums))} {hours(sums)}"


def _sums(asked: list[finance.IssuedInvoice]) -> Expected:
    if asked:
        yield f"Total {euros(one.excluding_tax for one in asked)} {euros(one.including_tax for one in asked)}"
    yield from (f"{money(one.excluding_tax)} {money(one.including_tax)} {date_short(one.issued_on)}" for one in asked)


def requests_waiting(action: Action, _: str) -> Expected:
    """What is to be decided, until when."""
    yield from _sums(action.waiting) if action.waiting else ["Aucune demande en attente."]
    yield from (date_short(one.pay_by) for one in action.waiting)


def requests_accepted(action: Action, _: str) -> Expected:
    """What was accepted and paid, with each reference."""
    payments = action.all(billing.PaymentRecorded)
    yield from _sums(action.accepted) if action.accepted else ["Aucune demande validée."]
    yield f"Total payé {euros(one.amount for one in payments)}" if payments else "Aucun paiement."
    yield from (f"{date_short(one.paid_on)} {one.reference} {money(one.amount)}" for one in payments)


def requests_rejected(action: Action, _: str) -> Expected:
    """What was rejected, with the reason that was given."""
    if not action.rejected:
        yield "Aucune demande rejetée."
    for said in action.all(billing.InvoiceRejected):
        one = action.issued[said.invoice_id]
        yield f"{date_long(said.decided_on)}, par le système financier"
        yield f"{money(one.excluding_tax)} {label(said.code, RejectionCode)}"
        yield action.text(said.text.id)


def invoice(action: Action, legal: str) -> Expected:
    """One invoice: its lines, what it takes off, its sums, whom it is about."""
    one = next(said for said in action.issued.values() if legal in (said.legal_number, f"{said.legal_number}-{said.siret}"))
    yield "de solde" if one.kind is InvoiceKind.BALANCE else f"n° {one.number}"
    yield f"Numéro {one.legal_number} · Émise le {date_long(one.issued_on)}"
    yield from (f"SIRET {one.siret}", one.organisation, action.number)
    for line in one.lines:
        worked = (line.attended, line.excused, line.attended + line.excused)
        yield f"{month(line.month)} {label(line.place).lower()} {line.trainees} {' '.join(map(number, worked))}"
        yield f"{money(line.rate)} {money(line.amount)}"
    if one.lines:
        yield f"Total des heures, hors taxes {euros(line.amount for line in one.lines)}"
    yield from (money(each.amount) for each in one.adjustments)
    yield f"Total hors taxes {money(one.excluding_tax)}"
    yield f"{money(one.tax)} Total toutes taxes comprises {money(one.including_tax)}"
    yield f"{'Somme due à la Région' if one.including_tax < 0 else 'Net à payer'} {money(abs(one.including_tax))}"


SURVEYS = {"sortie": SurveyKind.EXIT, "six-mois": SurveyKind.SIX_MONTHS, "un-an": SurveyKind.ONE_YEAR}
Answer = surveys.ExitSurveyRecorded | surveys.LaterSurveyRecorded


def survey(action: Action, name: str) -> Expected:
    """Who answered, and into which situation they came."""
    kind = SURVEYS[name]
    later = [said for said in action.all(surveys.LaterSurveyRecorded) if said.survey is kind]
    every: list[Answer] = [*action.all(surveys.ExitSurveyRecorded)] if kind is SurveyKind.EXIT else [*later]
    answers = {said.trainee_id: said for said in every}
    yield f"{len(answers)} fiches remplies, pour {len(action.exits)} stagiaires sortis."
    for said in answers.values():
        out = action.exits[said.trainee_id]
        early = f" {label(out.reason)}" if out.reason else ""
        contract = f" {label(said.contract, EmploymentContract)}" if said.contract else ""
        yield f"{date_short(out.on)}{early} {label(said.situation, Situation)}{contract}"


def report(action: Action, _: str) -> Expected:
    """Its figures, each situation, and its text."""
    said = action.last(surveys.ReportSubmitted)
    figures = said.figures
    yield f"Envoyé le {date_long(action.when(said))}"
    yield from (f"Stagiaires entrés {figures.entered}", *(f"{number(one)} h" for one in (figures.centre_hours, figures.company_hours)))
    situations = Counter((one.situation, one.contract) for one in action.all(surveys.ExitSurveyRecorded))
    assert {(one.situation, one.contract): one.trainees for one in figures.situations} == situations
    yield from action.text(said.text.id).splitlines()


def amendments(action: Action, _: str) -> Expected:
    """The contract's dates, and each amendment's."""
    yield f"{date_short(action.terms.vote_date)} {date_short(action.terms.planned_start)} {date_short(action.terms.planned_end)}"
    for one in action.all(requests.ContractAmended):
        yield f"n° {one.number} {date_short(one.granted_on)} {date_short(one.planned_start)} {date_short(one.planned_end)}"


def account(action: Action, _: str) -> Expected:
    """From the contract to what is paid."""
    standing = [one for id_, one in action.issued.items() if id_ not in action.rejected]
    yield f"Contrat, HT {money(action.terms.centre.price + action.terms.company.price)}"
    yield f"Déclaré et confirmé, HT {euros(map(action.worth, action.declared))}"
    yield f"Facturé, HT {euros(one.excluding_tax for one in standing)}"
    yield f"Accepté, HT {euros(one.excluding_tax for one in action.accepted)}"
    yield f"Accepté, TTC {euros(one.including_tax for one in action.accepted)}"
    yield f"Payé, TTC {euros(one.amount for one in action.all(billing.PaymentRecorded))}"
    yield from (f"{month(said.month).capitalize()} {money(action.worth(said))}" for said in action.declared)
    by_issuer: dict[str, list[Decimal]] = defaultdict(list)
    for one in standing:
        by_issuer[one.organisation].append(one.excluding_tax)
    yield from (f"{name} {euros(amounts)}" for name, amounts in by_issuer.items() if len(by_issuer) > 1)


def _contract(action: Action) -> Expected:
    amended = action.all(requests.ContractAmended)
    start, end = (amended[-1].planned_start, amended[-1].planned_end) if amended else (action.terms.planned_start, action.terms.planned_end)
    yield from (action.number, action.terms.title, action.terms.organisation.siret, action.terms.safir_market)
    yield f"du {date_long(start)} au {date_long(end)}"


def postponement(action: Action, _: str) -> Expected:
    """What is known of the contract; the rest is to be written."""
    yield from (*_contract(action), "Nouvelle fin demandée")


def opening(action: Action, _: str) -> Expected:
    """When it opened, with how many."""
    yield from _contract(action)
    for said in action.all(actions.ActionOpened):
        yield f"Date d’ouverture {date_long(said.actual_start)}"
        yield f"{len({one.trainee_id for one in action.all(actions.TraineeEntered)})} stagiaires"


def non_opening(action: Action, _: str) -> Expected:
    """Why it did not."""
    yield from _contract(action)
    yield from (LABELS[NonOpeningReason][said.reason] for said in action.all(actions.ActionNotOpened))


def slip(action: Action, _: str) -> Expected:
    """To whom."""
    (agent,) = (record.contact for record in action.people.values() if isinstance(record, personal.AgentRecord))
    yield from (*_contract(action), f"{agent.name}, {agent.telephone}")


def slip_of_invoice(action: Action, number: str) -> Expected:
    """What goes with an invoice: it, and its months' declarations."""
    (one,) = [said for said in action.waiting if str(said.number) == number]
    yield f"Facture n° {one.number}, à signer"
    yield from (f"{month(name)}, à signer" for name in one.months)
