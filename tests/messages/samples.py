"""What the shared suite plays on each service: a story, as messages that reach it in their order. Add a service here, and it is tested.

A story is told for a number, and its keys belong to that number: stories do not touch each other. It holds what the service is sent, not
what it says; an event of another service that answers an ask stands after the command that asks. It should have an event directly
before a command (the suite sends the command first, with `after`) and a refusal.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import NAMESPACE_OID, UUID, uuid5

from contracts import actions, awards, declarations, identity, surveys
from contracts.actions import (
    ActionClosed,
    ActionOpened,
    ClosingRequested,
    EntryDate,
    EntryRequested,
    PathwayPlan,
    PathwayRequested,
    RemovalRequested,
    TraineeChanged,
    TraineeEntered,
    TraineeNeverCame,
)
from contracts.answers import Fault, PersonalRef
from contracts.billing import DecideInvoice, IssueInvoice, NoteInvoice
from contracts.calendar import DayStarted
from contracts.codes import (
    AbsenceReason,
    AccountRight,
    ActionKind,
    ContractEnd,
    Decision,
    EmploymentContract,
    ExitKind,
    Frequency,
    InvoiceKind,
    NonOpeningReason,
    Place,
    ProofFormat,
    ProofNote,
    PublicText,
    Referrer,
    RequestObject,
    Situation,
    SurveyKind,
)
from contracts.declarations import (
    AmendmentForeseen,
    AmendmentGranted,
    ConfirmedLine,
    Exit,
    MonthConfirmed,
    MonthReopened,
    PlaceHours,
    SetExit,
    TraineeExited,
)
from contracts.envelope import NAMESPACE, Actor, made_id
from contracts.erasure import ErasureDue
from contracts.factor import ResetFactor
from contracts.message import Message
from contracts.month import Month
from contracts.pathways import plan_of
from contracts.proofs import NoteProofs, ProofFile, SendProof, WithdrawProof
from contracts.requests import (
    AmendmentRequested,
    ChangeRequested,
    DatesChange,
    GrantRequest,
    ListedTrainer,
    PlannedDatesChange,
    RefuseRequest,
    RequestChange,
    RequestRefused,
    RequestWithdrawn,
    SaveTrainers,
    SheetChange,
    TakeBackUnlocking,
    TrainersChange,
    UnlockTrainers,
    WithdrawRequest,
)
from contracts.surveys import ReportAcknowledged, ReportFigures, ReportSubmitted
from tests import guide
from tests.chassis import sample
from tests.guide import AGENT, HOLDER, awarded
from tests.rules.actions import action_in_preparation
from tests.rules.billing import billed_action
from tests.rules.declarations import declared_action

START = datetime(2008, 2, 1, 9, tzinfo=UTC)
LATER, FIRST_REQUEST = "2008-07-25", 18


@dataclass(frozen=True)
class Said:
    """A message for the service. Ids and versions are given by the suite, the same each time."""

    topic: str
    """Without prefix."""
    message: Message | bytes
    """Bytes: a stranger's, without envelope."""
    key: str
    source: str = "gateway"
    actor: Actor | None = None
    at: datetime = START


@dataclass(frozen=True)
class Sample:
    """One service and what to play on it."""

    at: str
    """`module:name` of the Service; settings come from the environment."""
    story: Callable[[int], Sequence[Said]]
    environment: Mapping[str, str] = field(default_factory=dict)
    """What its settings want beside chassis' own."""
    tables: tuple[str, ...] = ()
    """Side tables that must come out the same, `aggregates` apart."""
    once_more_is_said: bool = True
    """Whether a stranger's message may be sent twice without a second effect (FIN-2, BIL-13)."""


def sent_as(source: str, key: str, place: int) -> UUID:
    """The id of the `place`-th message that `source` writes about `key`, in every performance."""
    return uuid5(NAMESPACE_OID, f"{source}/{key}/{place}")


def purse(number: int) -> list[Said]:
    """The tiny service of the chassis' own tests."""
    key, other = f"purse-{number}", f"purse-{number}b"

    def command(message: Message) -> Said:
        return Said("billing.commands", message, key)

    def event(message: Message) -> Said:
        return Said("events", message, key, source="surveys")

    return [
        command(sample.Add(amount=5)),
        command(sample.Add(amount=-9)),  # refused
        event(sample.Poked()),
        command(sample.Ask()),
        event(sample.Granted()),
        command(sample.Add(amount=number)),
        Said("region.decisions", b'{"coins": 2}', key),
        command(sample.Share(to=(key, other), amount=1)),
        event(sample.Poked()),
        command(sample.Ask()),
        event(sample.Granted()),
    ]


def action(number: int) -> list[Said]:
    """Five contracts: one lives from its award to its closing, `declarations` granting and refusing what is asked; one is withdrawn, one
    never opens; of one, which is individualised, a pathway is asked about; one comes from the programme system.
    """
    key, other, shut, own = (f"2007Q{letter}A{number:04}" for letter in "CINP")
    first, second, third = (made_id(key, sent_as("gateway", key, place)) for place in (4, 5, 11))
    individualised = guide.contract(own, kind=ActionKind.INDIVIDUALISED)
    contracts = action_in_preparation.imported(*(guide.contract(name) for name in (key, other, shut)), individualised)

    def command(message: Message, on: str = guide.START, *, key: str = key, actor: Actor = HOLDER) -> Said:
        return Said("actions.commands", message, key, actor=actor, at=datetime.fromisoformat(f"{on}T10:00+02:00"))

    def event(message: Message, on: str = guide.START, *, key: str = key) -> Said:
        return Said("events", message, key, source="declarations", at=datetime.fromisoformat(f"{on}T10:00+02:00"))

    late = action_in_preparation.entry_dates((third, "2007-10-08"))
    opening = actions.OpenAction(actual_start=guide.day(guide.START), frequency=Frequency.MONTHLY)
    return [
        command(contracts, "2007-06-01", key=f"import-{number}", actor=AGENT),
        command(contracts, "2007-06-02", key=f"import-{number}", actor=AGENT),
        command(awards.WithdrawContract(), "2007-06-03", key=other, actor=AGENT),
        command(actions.DeclareNonOpening(reason=NonOpeningReason.OTHER), key=shut),
        command(actions.ValidateDates(periods=guide.PERIODS, base_version=0)),
        command(actions.UnlockDates(reason="Appel du 20 août"), actor=AGENT),
        command(actions.ValidateDates(periods=guide.PERIODS, base_version=2)),
        command(actions.RegisterTrainee(sheet=guide.sheet())),
        command(actions.RegisterTrainee(sheet=guide.sheet(referrer=None), partial=True, namesake=True)),
        command(opening),  # refused
        command(actions.ChangeTrainee(trainee_id=second, sheet=guide.sheet(), base_version=1)),
        command(actions.ConfirmEntryDates(entries=action_in_preparation.entry_dates((first, "2007-09-10"), (second, guide.START)))),
        command(actions.ConfirmTrainers()),
        command(opening),
        command(actions.RegisterTrainee(sheet=guide.sheet(), namesake=True)),
        command(actions.ConfirmEntryDates(entries=late)),
        command(actions.RemoveTrainee(trainee_id=first)),  # refused: in progress
        event(declarations.EntryGranted(entries=late)),
        command(actions.RemoveTrainee(trainee_id=third)),
        event(declarations.RemovalGranted(trainee_id=third)),
        command(actions.RemoveTrainee(trainee_id=first)),
        event(declarations.AskRefused(asked=actions.RemovalRequested.TYPE, faults=(Fault(code="hours-recorded", item=str(first)),))),
        command(actions.UnlockTrainee(trainee_id=first, reason="Adresse à corriger"), actor=AGENT),
        command(actions.RegisterTrainees(trainees=(actions.NewTrainee(sheet=guide.sheet(last_name="MARTIN")),) * 2)),  # refused: twice
        *requests_of(key, first, command, event),
        command(actions.CloseAction(actual_end=guide.day(LATER)), LATER),
        event(declarations.ClosingGranted(actual_end=guide.day(LATER)), LATER),
        command(actions.RemoveTrainee(trainee_id=first), LATER),  # refused: closed
        *by_programme(f"2007QTA{number:04}"),
        Said("events", expired(), key, source="billing"),
        command(actions.UnlockTrainee(trainee_id=first, reason="Trop tard"), actor=AGENT),  # refused: the people are erased
        *pathway_of(own, lambda message, actor=HOLDER: command(message, key=own, actor=actor), lambda message: event(message, key=own)),
    ]


def by_programme(key: str) -> list[Said]:
    """On a day that has begun, the programme system awards a contract, otherwise (refused), replaces it, and takes it back."""

    def asks(ask: str, **changed: int) -> Said:
        return Said("region.contracts", json.dumps({"ask": ask, **guide.contract(key, **changed).model_dump(mode="json")}).encode(), key)

    return [
        Said("calendar", DayStarted(day=guide.day("2007-06-01")), "day", source="clock"),
        asks("award"),
        asks("award", headcount=12),  # refused
        asks("replace", headcount=12),
        asks("replace", paid_headcount=11),  # refused
        Said("region.contracts", b'{"ask": "withdraw"}', key),  # refused
        Said("region.contracts", json.dumps({"ask": "withdraw", "number": key}).encode(), key),
    ]


def expired() -> Message:
    """The years of keeping are over (PRV-1)."""
    return ErasureDue(end=ContractEnd.LAST_PAYMENT, ended_on=date(2008, 3, 3), years=5, due_on=date(2014, 1, 1))


def pathway_of(key: str, command: Callable[..., Said], event: Callable[..., Said]) -> list[Said]:
    """An individualised action opens, and fewer hours are planned for who is in training: `declarations` agrees (TRN-3)."""
    trainee, fewer = made_id(key, sent_as("gateway", key, 2)), guide.pathway(centre_hours="700.25")
    sheet, asked = guide.sheet(pathway=fewer), PersonalRef(id=f"{key}/{sent_as('gateway', key, 7)}-sheet", version=1)
    plan = plan_of(fewer)
    assert plan
    return [
        command(actions.ValidateDates(periods=guide.PERIODS, base_version=0)),
        command(actions.RegisterTrainee(sheet=guide.sheet(pathway=guide.pathway()))),
        command(actions.ConfirmEntryDates(entries=action_in_preparation.entry_dates((trainee, guide.START)))),
        command(actions.ConfirmTrainers()),
        command(actions.OpenAction(actual_start=guide.day(guide.START), frequency=Frequency.MONTHLY)),
        command(actions.UnlockTrainee(trainee_id=trainee, reason="Réajustement du parcours"), AGENT),
        command(actions.ChangeTrainee(trainee_id=trainee, sheet=sheet, base_version=1)),
        event(declarations.PathwayGranted(trainee_id=trainee, pathway=plan, sheet=asked)),
    ]


def requests_of(key: str, trainee: UUID, command: Callable[..., Said], event: Callable[..., Said]) -> list[Said]:
    """What is asked of the Region about an open action, whose trainee is unlocked, and what it answers."""
    asked = [made_id(key, sent_as("gateway", key, place)) for place in range(FIRST_REQUEST, FIRST_REQUEST + 20)]
    sheet = guide.sheet(referrer=Referrer.SELF, entry_date=guide.day("2007-09-10"))
    dates = DatesChange(periods=guide.PERIODS[:1], base_version=3)
    planned = PlannedDatesChange(planned_start=guide.day(guide.START), planned_end=guide.day(LATER), periods=guide.PERIODS, base_version=5)
    of_sheet = SheetChange(trainee_id=trainee, sheet=sheet, base_version=2)
    first = ListedTrainer(id=f"{key}/trainer-0", sheet=guide.TRAINER)
    of_trainers = TrainersChange(trainers=(first, ListedTrainer(sheet=guide.TRAINERS[0])), base_version=1)
    agreed = action_in_preparation.agreed(
        AmendmentRequested(planned_start=planned.planned_start, planned_end=planned.planned_end, periods=planned.periods)
    )
    return [
        command(TakeBackUnlocking(object=RequestObject.TRAINEE, trainee_id=trainee), actor=AGENT),
        command(RequestChange(change=dates, reason="La fermeture de mai")),
        command(RequestChange(change=dates, reason="La fermeture de mai")),  # refused: it is asked
        command(WithdrawRequest(request_id=asked[1])),
        command(RequestChange(change=dates, reason="La fermeture de mai, encore")),
        command(GrantRequest(request_id=asked[4]), actor=AGENT),
        command(TakeBackUnlocking(object=RequestObject.DATES), actor=AGENT),
        command(RequestChange(change=of_sheet, reason="Une erreur")),
        command(GrantRequest(request_id=asked[7], apply=True), actor=AGENT),
        command(RequestChange(change=of_trainers, reason="Une formatrice de plus")),
        command(UnlockTrainers(reason="Appel du 3 octobre"), actor=AGENT),
        command(SaveTrainers(trainers=of_trainers.trainers, base_version=1)),
        command(SaveTrainers(trainers=of_trainers.trainers, base_version=2)),  # refused: locked
        command(RequestChange(change=planned, reason="Report")),
        command(RefuseRequest(request_id=asked[13], reason="Le comité n’a pas voté."), actor=AGENT),
        command(RequestChange(change=planned, reason="Report, voté depuis")),
        command(GrantRequest(request_id=asked[15]), actor=AGENT),
        command(WithdrawRequest(request_id=asked[15])),  # refused: in progress
        event(agreed),
    ]


def asks_for(end: str) -> ChangeRequested:
    """The organisation asks for another planned end."""
    change = PlannedDatesChange(planned_start=guide.day("2008-05-05"), planned_end=guide.day(end), periods=(), base_version=1)
    return ChangeRequested(request_id=declared_action.REQUEST, change=change, reason=PersonalRef(id="why", version=1))


def amendment(end: str) -> AmendmentRequested:
    """The Region grants it."""
    return AmendmentRequested(planned_start=guide.day("2008-05-05"), planned_end=guide.day(end), periods=(guide.period("2008-05-05", end),))


def hours_of_an_action(number: int) -> list[Said]:
    """Declarations: two months, one of them rejected, corrected and proved, an entry, a removal and amendments asked, the closing."""
    key, at = f"2007QCA{number:04d}", datetime(2008, 5, 28, 9, tzinfo=UTC)

    def actions(*messages: Message) -> list[Said]:
        return [Said("events", message, key, source="actions", at=at) for message in messages]

    def commands(on: str, *messages: Message) -> list[Said]:
        holder, at = Actor("u1", "organisation", guide.SIRET), datetime.fromisoformat(f"{on}T09:00:00+00:00")
        return [Said("declarations.commands", message, key, actor=holder, at=at) for message in messages]

    first, other, never = declared_action.BORG, declared_action.KOURNIKOVA, declared_action.NADAL
    entry = (EntryDate(trainee_id=other, entered_on=date(2008, 6, 2)),)
    plan, registration = PathwayPlan(centre=Decimal(812), company=Decimal(420)), declared_action.registration(first).model_dump()

    proof = declared_action.proof("2008-05", first)
    away = declared_action.absence("2008-05-20", "2008-05-20", AbsenceReason.FAMILY, Place.CENTRE, "5")

    def noting(note: ProofNote) -> Said:
        command = NoteProofs(proofs=(declared_action.noted(proof, note),))
        return Said("declarations.commands", command, key, actor=AGENT, at=datetime(2008, 6, 20, 9, tzinfo=UTC))

    def asks_pathway(centre: str) -> PathwayRequested:
        of_less = plan.model_copy(update={"centre": Decimal(centre)})
        return PathwayRequested(trainee_id=first, pathway=of_less, sheet=PersonalRef(id=f"{key}/sheet", version=1))

    return [
        *actions(
            awarded(declared_action.terms("2008-05-05")), *(declared_action.registration(trainee) for trainee in (first, other, never))
        ),
        *actions(declared_action.opening("2008-05-05"), TraineeEntered(trainee_id=first, entered_on=date(2008, 5, 5))),
        *commands("2008-05-28", declared_action.line("2008-05", first, f"{90 + number} 0 0 40 0 0")),
        *commands("2008-05-28", declared_action.month("2008-05")),  # refused: outside the window
        *actions(EntryRequested(entries=entry)),
        *commands("2008-06-03", declared_action.month("2008-05", seen=())),  # refused: not what is stored
        *commands("2008-06-03", declared_action.month("2008-05", seen=(declared_action.seen(first, 1),))),
        Said("events", declared_action.rejection("2008-05"), key, source="billing", at=at),
        *commands("2008-06-20", declared_action.line("2008-05", first, "80 5 0 40 0 0", away, base=1), declared_action.month("2008-05")),
        noting(ProofNote.MISSING),
        *commands("2008-06-20", SendProof(proof=proof, file=ProofFile(format=ProofFormat.PDF, size=9, sha256="0" * 64))),
        noting(ProofNote.RECEIVED),  # refused: a file came that was not shown
        *commands("2008-06-20", WithdrawProof(proof=proof, file_id=first)),  # changes nothing: no file of this id
        *actions(RemovalRequested(trainee_id=first), RemovalRequested(trainee_id=never)),  # refused, granted
        *actions(TraineeChanged(**registration | {"pathway": plan}), asks_pathway("79.75"), asks_pathway("700")),  # refused, granted
        *commands("2008-06-20", declared_action.line("2008-06", first, "20 0 0 0 0 0")),
        *commands(
            "2008-06-20", declared_action.filled("2008-06", *(declared_action.row(one, "20 0 0 0 0 0", base=1) for one in (first, other)))
        ),  # refused
        *commands("2008-06-20", declared_action.filled("2008-06", *(declared_action.row(one, "20 0 0 0 0 0") for one in (first, other)))),
        *actions(asks_for("2008-07-11"), RequestWithdrawn(request_id=declared_action.REQUEST, object=RequestObject.PLANNED_DATES)),
        *actions(asks_for("2008-05-20"), amendment("2008-05-20")),  # refused: May is confirmed
        *actions(
            RequestRefused(
                request_id=declared_action.REQUEST, object=RequestObject.PLANNED_DATES, reason=PersonalRef(id=f"{key}/no", version=1)
            )
        ),
        *actions(asks_for("2008-07-11"), amendment("2008-07-11"), amendment("2008-06-27")),
        *commands("2008-07-01", declared_action.month("2008-06")),  # refused: nobody is out
        *commands(
            "2008-07-01",
            *(SetExit(trainee_id=trainee, exit=declared_action.ended("2008-06-27"), base_version=0) for trainee in (first, other)),
        ),
        *commands("2008-07-01", declared_action.month("2008-06")),
        *actions(ClosingRequested(actual_end=date(2008, 6, 27))),
    ]


def organisation(number: int) -> list[Said]:
    """Identity: an organisation is awarded two contracts, and changes its address in between (ACC-1, ACC-2); an agent publishes a text that
    is this number's own (ACC-8).
    """
    name = list(PublicText)[number % len(PublicText)]
    siret, contract, other = f"{73282932000000 + number}", f"2007QCA{number}", f"2008QCA{number}"
    holder = Actor("u1", "organisation", siret)
    first, works, leads = uuid5(NAMESPACE, f"account/{siret}"), *(made_id(siret, sent_as("gateway", siret, place)) for place in (18, 19))
    administrator, colleague = Actor(str(first), "organisation", siret), Actor(str(works), "organisation", siret)

    def command(message: Message, actor: Actor = holder) -> Said:
        return Said("identity.commands", message, siret, actor=actor)

    asked = UUID(int=number)
    who = {"organisation": "SCENES", "name": "Anne LEROY", "email": "anne@scenes.example"}
    anne = who | {"address": "1 rue Neuve", "postcode": "34000", "town": "Montpellier"}

    def newcomer(message: Message) -> Said:
        return Said("identity.commands", message, identity.request_key(asked), actor=AGENT)

    def invited(email: str, right: AccountRight) -> Message:
        return identity.InviteColleague(name="Camille MARTIN", email=email, right=right)

    def text(message: Message, actor: Actor = AGENT) -> Said:
        return Said("identity.commands", message, identity.text_key(name), actor=actor)

    def published(markdown: str, base_version: int) -> Message:
        return identity.PublishText(name=name, markdown=markdown, base_version=base_version)

    def moved(town: str, base_version: int) -> Message:
        return identity.ChangeOrganisation(address="5 place de la Gare", postcode="34000", town=town, base_version=base_version)

    return [
        Said("events", awarded(siret=siret), contract, source="actions"),
        command(moved("Montpellier", 1)),
        command(moved("Lattes", 1)),  # refused: changed meanwhile
        command(identity.SendCredentials(), AGENT),
        command(identity.SendCredentials()),  # refused: not an agent
        Said("events", awarded(siret=siret, name="SCENES", address="1 RUE NEUVE"), other, source="actions"),
        command(moved("Lattes", 3)),
        *(command(moved(town, version)) for version, town in enumerate(("Sète", "Nîmes", "Alès", "Uzès", "Mende"), 4)),
        Said("events", awarded(siret=siret, name="SCENES ET FORMATIONS"), contract, source="actions"),
        command(moved("Mende", 1)),  # the same again
        Said("events", awarded(siret=siret, email="bureau@scenes.example"), other, source="actions"),
        command(identity.SendCredentials(), AGENT),
        command(identity.DisableAccount()),  # refused: not an agent
        command(identity.EnableAccount(), AGENT),  # refused: it is not disabled
        command(identity.DisableAccount(), AGENT),
        command(identity.SendCredentials(), AGENT),  # refused: it is disabled
        Said("events", awarded(siret=siret, email="autre@scenes.example"), contract, source="actions"),  # mails nothing
        command(identity.EnableAccount(), AGENT),
        command(invited(f"camille@scenes-{number}.example", AccountRight.WORKS), administrator),
        command(invited(f"paul@scenes-{number}.example", AccountRight.ADMINISTERS), administrator),
        command(invited(f"Camille@scenes-{number}.example", AccountRight.WORKS), administrator),  # refused: known
        command(invited(f"anne@scenes-{number}.example", AccountRight.WORKS), colleague),  # refused: only works there
        command(identity.SendCredentials(user_id=works), administrator),
        command(identity.ChangeRight(user_id=works, right=AccountRight.ADMINISTERS), administrator),
        command(identity.RemoveColleague(user_id=leads), colleague),
        command(identity.RemoveColleague(user_id=first), administrator),  # refused: nobody else has logged in
        command(ResetFactor(user_id=uuid5(NAMESPACE, f"account/{siret}")), AGENT),  # refused: it is not on
        newcomer(identity.AcceptAccountRequest(request_id=asked, siret=f"{55208131766522 + number}", **anne)),  # refused: nobody asks
        newcomer(identity.RefuseAccountRequest(request_id=asked, email=anne["email"], reason="Déjà un compte.")),  # refused: nobody asks
        command(published("Un", 0), AGENT),  # refused: not the text's own key
        text(published("Un", 0)),
        text(published("Deux", 1), holder),  # refused: not an agent
        text(published("Deux", 0)),  # refused: changed meanwhile
        text(published("Deux", 1)),
    ]


def outcomes(number: int) -> list[Said]:
    """Surveys: two trainees enter, one never came; exits, hours, surveys, the report, a link that ends with it and one that is answered
    (SUR-1 to SUR-3, SURV-1, SURV-2).
    """
    contract, parker, durand = f"2007QCA{number}", UUID(int=2 * number + 1), UUID(int=2 * number + 2)
    entered, out = date(2007, 1, 2), Exit(on=date(2007, 7, 1), kind=ExitKind.END_OF_TRAINING)
    hours = PlaceHours(attended=Decimal(41), excused=Decimal(2), unexcused=Decimal(0))

    def command(message: Message, actor: Actor = HOLDER) -> Said:
        return Said("surveys.commands", message, contract, actor=actor)

    def event(message: Message, source: str = "actions") -> Said:
        return Said("events", message, contract, source=source)

    def survey(situation: Situation, base_version: int = 0) -> Message:
        return surveys.RecordExitSurvey(trainee_id=parker, situation=situation, contract=None, base_version=base_version)

    def offer(survey: SurveyKind) -> Message:
        return surveys.OfferSurveyLinks(survey=survey, links=(link,))

    link, six_months = surveys.SurveyLink(trainee_id=parker, sha256=f"{number:064x}"), SurveyKind.SIX_MONTHS
    answer = surveys.AnswerByLink(survey=six_months, link=link, situation=Situation.OTHER, contract=None)
    by_hand = surveys.RecordLaterSurvey(
        trainee_id=parker, survey=six_months, situation=Situation.EMPLOYED_ELSEWHERE, contract=EmploymentContract.OTHER, base_version=0
    )
    confirmed = MonthConfirmed(month=Month("2007-06"), lines=(ConfirmedLine(trainee_id=parker, centre=hours, company=hours),))
    return [
        event(awarded()),
        event(TraineeEntered(trainee_id=parker, entered_on=entered)),
        event(TraineeEntered(trainee_id=durand, entered_on=entered)),
        command(survey(Situation.OTHER)),  # refused: still in training
        event(TraineeExited(trainee_id=parker, exit=out, version=1), "declarations"),
        command(survey(Situation.OTHER)),
        command(survey(Situation.EMPLOYED_IN_SECTOR, 1)),  # refused: no kind of contract
        event(TraineeNeverCame(trainee_id=durand)),
        event(confirmed, "declarations"),
        command(surveys.SubmitReport(text="Bilan")),  # refused: not closed
        event(ActionClosed(actual_end=date(2007, 7, 1))),
        command(offer(SurveyKind.EXIT)),
        command(surveys.SubmitReport(text="Bilan")),
        event(MonthReopened(month=Month("2007-06"), invoice_id=UUID(int=number), correct_by=date(2007, 8, 15)), "declarations"),
        event(MonthConfirmed(month=Month("2007-06"), lines=(), again=True), "declarations"),
        command(surveys.NoteReport(text="Une annexe manque."), AGENT),
        command(surveys.AcknowledgeReport(), AGENT),
        command(by_hand),
        command(offer(six_months)),
        command(answer, Actor("link", "link", "link")),
        command(by_hand),  # refused: the trainee has answered
        event(expired(), "billing"),
        command(surveys.NoteReport(text="Trop tard."), AGENT),  # refused: what was written is erased
    ]


def money(number: int, issuer: int | None = None) -> list[Said]:
    """Billing: a month invoiced, rejected, corrected, invoiced again, paid; an amendment; the balance, accepted once the report is there.

    `issuer`: the number of the organisation, its own by default; stories of one organisation share its legal numbers.
    """
    contract, siret = f"2007QCA0{number:03}", f"{73282932000074 + (number if issuer is None else issuer)}"
    first, second, balance = (str(made_id(contract, sent_as("gateway", contract, place))) for place in (1, 3, 5))

    def event(message: Message, source: str) -> Said:
        return Said("events", message, contract, source=source)

    def confirmed(month: str, hours: str, again: bool = False) -> Said:
        lines = (billed_action.line(billed_action.TRAINEES[0], billed_action.place_hours(hours)),)
        return event(MonthConfirmed(month=Month(month), lines=lines, again=again), "declarations")

    def to_declare(*months: str) -> Said:
        return event(billed_action.standing(*months), "declarations")

    def issue(kind: InvoiceKind, month: str, amount: str, on: str) -> Said:
        command = IssueInvoice(kind=kind, months=billed_action.months(month), excluding_tax=Decimal(amount))
        return Said("billing.commands", command, contract, actor=Actor("u", "organisation", siret), at=billed_action.instant(on))

    def accept(invoice: str, on: str) -> Said:
        command = DecideInvoice(invoice_id=UUID(invoice), decision=Decision.ACCEPTED)
        return Said("billing.commands", command, contract, actor=Actor("a", "agent"), at=billed_action.instant(on))

    def note(invoice: str, on: str) -> Said:
        command = NoteInvoice(invoice_id=UUID(invoice), text="Le bilan manque encore.")
        return Said("billing.commands", command, contract, actor=Actor("a", "agent"), at=billed_action.instant(on))

    def finance(**body: str) -> Said:
        return Said("region.decisions", json.dumps(body).encode(), contract)

    def foreseen(end: str, *to_declare: str) -> AmendmentForeseen:
        effect = billed_action.effect_of(to_declare)
        return AmendmentForeseen(request_id=declared_action.REQUEST, planned_end=guide.day(end), effect=effect)

    terms = billed_action.terms()
    held = terms.model_copy(update={"organisation": terms.organisation.model_copy(update={"siret": siret})})
    figures = ReportFigures(entered=1, completed=1, left_early=0, centre_hours=Decimal(580), company_hours=Decimal(0), situations=())
    return [
        event(awarded(held), "actions"),
        event(ActionOpened(actual_start=date(2007, 2, 1), frequency=Frequency.MONTHLY), "actions"),
        to_declare("2007-02", "2007-03"),
        confirmed("2007-02", "489"),
        to_declare("2007-03"),
        issue(InvoiceKind.MONTHLY, "2007-02", "2445.00", "2007-03-05"),
        issue(InvoiceKind.MONTHLY, "2007-02", "2445.00", "2007-03-05"),  # refused: it is invoiced
        finance(invoice_id=first, decision="rejected", code="hours_wrong", text="Reprenez février."),
        to_declare("2007-02", "2007-03"),
        confirmed("2007-02", "480", again=True),
        to_declare("2007-03"),
        issue(InvoiceKind.MONTHLY, "2007-02", "2400.00", "2007-03-20"),
        accept(second, "2007-03-22"),
        finance(invoice_id=second, amount="2400.00", date="2007-04-10", reference=f"{contract}-1"),
        event(asks_for("2007-04-30"), "actions"),
        event(foreseen("2007-04-30", "2007-03", "2007-04"), "declarations"),
        event(RequestWithdrawn(request_id=declared_action.REQUEST, object=RequestObject.PLANNED_DATES), "actions"),
        event(asks_for("2007-03-31"), "actions"),
        event(RequestRefused(request_id=UUID(int=9), object=RequestObject.DATES, reason=PersonalRef(id="no", version=1)), "actions"),
        event(foreseen("2007-03-31", "2007-03"), "declarations"),
        event(
            AmendmentGranted(
                planned_start=date(2007, 2, 1), planned_end=date(2007, 3, 31), periods=(), effect=billed_action.effect_of(["2007-03"])
            ),
            "declarations",
        ),
        confirmed("2007-03", "100"),
        to_declare(),
        event(ActionClosed(actual_end=date(2007, 3, 31)), "actions"),
        event(ReportSubmitted(figures=figures, text=PersonalRef(id="report", version=1)), "surveys"),
        issue(InvoiceKind.BALANCE, "2007-03", "500.00", "2008-01-28"),
        note(balance, "2008-02-01"),
        accept(balance, "2008-02-01"),  # refused: the report is not received
        event(ReportAcknowledged(), "surveys"),
        accept(balance, "2008-02-02"),
        finance(invoice_id=balance, amount="500.00", date="2008-03-01", reference=f"{contract}-2"),
        finance(invoice_id=balance, amount="1.00", date="2008-03-02", reference=f"{contract}-3"),  # refused: it is paid
    ]


SAMPLES: dict[str, Sample] = {
    "actions": Sample("actions.app:service", action, tables=("people",), once_more_is_said=False),
    "purses": Sample("tests.chassis.sample:SERVICE", purse, tables=("pokes",), once_more_is_said=False),
    "declarations": Sample("declarations.app:service", hours_of_an_action, tables=("confirmations",)),
    "identity": Sample(
        "tests.identity.silent:SERVICE",
        organisation,
        environment={
            "SESAME_PORTAL_URL": "https://sesame.example",
            "SESAME_GATEWAY_KEY": "the-gateway-s-own-key",
            "SESAME_FACTOR_KEY": "the-key-of-second-factors",
        },
        tables=("people", "accounts"),
    ),
    "surveys": Sample("surveys.app:service", outcomes, tables=("people",)),
    "billing": Sample("billing.app:service", money, tables=("invoices", "invoiced_months", "legal_numbers", "payments", "people")),
}
