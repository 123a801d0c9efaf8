"""Who does what each act says: organisations and the agent through the portal, the finance system on its topic."""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from uuid import UUID

from chassis.ids import uuid7
from contracts import actions, awards, codes, proofs, surveys
from contracts.billing import IssueInvoice, NoteInvoice, Offer
from contracts.declarations import ConfirmMonth, Exit, FilledExit, FilledLine, FilledRow, FillMonth, Line, SaveLine
from contracts.envelope import made_id
from contracts.identity import InviteColleague, PublishText, text_key
from contracts.message import Command
from contracts.month import Month
from contracts.personal import TraineeSheet, record_id
from contracts.requests import (
    Change,
    GrantRequest,
    ListedTrainer,
    PlannedDatesChange,
    RefuseRequest,
    RequestChange,
    SheetChange,
    TrainersChange,
)
from gateway.areas.action.queries.proofs import ProofView
from gateway.areas.surveys.link import author_of
from gateway.mails.invitation import digest, new_token
from gateway.told.mailed import Pace
from gateway.web.session import Viewer

from . import hours
from .finance import Finance
from .pdf import page
from .plan import Plan, Wish
from .portal import Portal
from .programme import Programme
from .timeline import (
    Accept,
    Act,
    Advance,
    Answer,
    Ask,
    Close,
    Confirm,
    FillIn,
    FollowUp,
    GiveUp,
    Import,
    Invoice,
    Note,
    NoteProofs,
    Open,
    Pay,
    Prepare,
    Reject,
    Report,
    SendProofs,
    Settle,
    Subcontract,
)

AGENT = ("agent", "le mistral tourne la page")
PASSWORD = "deux hirondelles et un figuier"
REPORT = (
    "Le groupe a suivi l’ensemble du programme. Les périodes en entreprise ont confirmé les projets de la plupart des stagiaires\u202f; "
    "deux d’entre eux ont eu besoin d’un soutien en expression écrite, assuré en petit groupe.\nL’équipe propose d’avancer d’une semaine "
    "la première période en entreprise lors d’une prochaine session."
)
WHY = {
    codes.RequestObject.TRAINERS: "Jacqueline MEUNIER est absente un jour sur deux ce trimestre : Inès SALTEL la remplacera.",
    codes.RequestObject.TRAINEE: "Le stagiaire a déménagé ; son courrier revient.",
    codes.RequestObject.PLANNED_DATES: "L’atelier a été fermé après l’inondation : les heures perdues se rattrapent en fin d’action.",
}
TEXTS = {
    codes.PublicText.WELCOME: """\
La Région Languedoc-Roussillon vous souhaite la bienvenue sur l’extranet des organismes de formation. Vous y exécutez vos actions :

- avant l’ouverture, les **dates**, les **stagiaires** et les **formateurs** ;
- chaque mois, les **heures** de chaque stagiaire, à confirmer dans les quinze premiers jours du mois suivant ;
- les **factures**, le **bilan** et le **solde**.

Une question ? Voyez « Contactez-nous », en bas de chaque page.""",
    codes.PublicText.CONTACT: """\
# Au sujet d’une action

Appelez l’agent qui suit votre action : son nom et son numéro sont sur la page de l’action.

# Pour tout le reste

Région Languedoc-Roussillon, direction de la formation professionnelle
201 avenue de la Pompignane, 34064 Montpellier
[formation@region.example](mailto:formation@region.example)""",
}
"""What the Region's agent publishes on the first day (ACC-8); the other texts stay the portal's own."""
SITUATIONS = (
    (codes.Situation.EMPLOYED_IN_SECTOR, codes.EmploymentContract.PERMANENT),
    (codes.Situation.EMPLOYED_IN_SECTOR, codes.EmploymentContract.FIXED_TERM_OVER_6_MONTHS),
    (codes.Situation.OTHER, None),
    (codes.Situation.EMPLOYED_ELSEWHERE, codes.EmploymentContract.TEMPORARY_AGENCY),
)

MAILS: Mapping[str, Mapping[str, Pace]] = {
    "cevennes": {"windows": "never"},
    "littoral": {"decisions": "daily", "letters": "daily"},
    "agent": {"requests": "at_once"},
}
"""Who wants their mails otherwise than everybody does, by login."""


@dataclass
class People:
    """Everybody, and what they remember: who is logged in, whom they registered, which invoices stand."""

    portal: Portal
    finance: Finance
    agent: Viewer
    organisations: dict[str, Viewer] = field(default_factory=dict)
    trainees: dict[str, dict[int, UUID]] = field(default_factory=lambda: defaultdict(dict))
    """The ids of each contract's trainees, by their place in its plan."""
    to_decide: dict[str, list[UUID]] = field(default_factory=lambda: defaultdict(list))
    to_pay: dict[str, list[UUID]] = field(default_factory=lambda: defaultdict(list))
    programme: Programme | None = None
    """None where every contract comes in a workbook."""
    asked: dict[str, UUID] = field(default_factory=dict)
    """The request of each contract that the Region has not answered."""

    async def begin(self) -> None:
        """The agent publishes the welcome and whom to write to, and chooses which mails they want."""
        await self.portal.choose_mails(self.agent, MAILS["agent"])
        for name, markdown in TEXTS.items():
            await self.portal.ask(self.agent, text_key(name), PublishText(name=name, markdown=markdown, base_version=0))

    async def join(self, siret: str, colleague: InviteColleague) -> None:
        """An organisation's first user invites somebody, who logs in and chooses a password (ACC-8)."""
        await self.portal.ask(self.organisations[siret], siret, colleague)
        await self.portal.first_log_in(colleague.email, colleague.email, PASSWORD)

    async def act(self, act: Act, on: date) -> None:
        """Does what `act` says. Raises Trouble when anything is refused."""
        match act:
            case Import(plans):
                await self._import(plans)
            case Prepare(plan, whole):
                await (self._prepare(plan) if whole else self._begin(plan))
            case Open(plan):
                await self._ask(plan, actions.OpenAction(actual_start=plan.start, frequency=plan.frequency))
            case GiveUp(plan):
                await self._ask(plan, actions.DeclareNonOpening(reason=codes.NonOpeningReason.TOO_FEW_TRAINEES))
            case FillIn(plan, month, whole):
                await (self._fill_in(plan, month) if whole else self._half_fill(plan, month))
            case Confirm(plan, month, corrected):
                await (self._correct(plan, month) if corrected else asyncio.sleep(0))
                await self._ask(plan, ConfirmMonth(month=month))
            case Invoice(plan, month):
                offers = (await self.portal.offered(plan.number, month=month)).offers
                if chosen := [offer for offer in offers if month in offer.months]:
                    await self._issue(plan, chosen[-1])
            case Advance(plan):
                await self._issue(plan, await self.portal.advance(plan.number))
            case Subcontract(plan, month):
                await self.portal.offered(plan.number, month=month)
                assert plan.subcontractor
                await self._send(plan, subcontract(plan.subcontractor))
            case Accept(plan):
                await all_of(self._accept(plan, invoice_id) for invoice_id in _taken(self.to_decide[plan.number]))
            case Reject(plan, code, text):
                await self._reject(plan, self.to_decide[plan.number].pop(), code, text)
            case Note(plan, text):
                waiting = self.to_decide[plan.number]
                note = NoteInvoice(invoice_id=waiting[0], text=text) if waiting else surveys.NoteReport(text=text)
                await self.portal.ask(self._agent(plan), plan.number, note)
            case SendProofs(plan, month):
                await self._send_proofs(plan, month)
            case NoteProofs(plan, month):
                first, *_, last = await self.portal.proofs(self._agent(plan), plan.number, month)
                noted = [_noted(first, codes.ProofNote.RECEIVED), _noted(last, codes.ProofNote.MISSING)]
                await self.portal.ask(self._agent(plan), plan.number, proofs.NoteProofs(proofs=tuple(noted)))
            case Pay(plan):
                await all_of(self._pay(plan, invoice_id, on) for invoice_id in _taken(self.to_pay[plan.number]))
            case Close(plan, count):
                await self._close(plan, count)
            case Report(plan):
                await self._ask(plan, surveys.SubmitReport(text=REPORT))
            case FollowUp(plan, survey):
                await self._follow_up(plan, survey, on)
            case Ask(plan, wish):
                asked = RequestChange(change=self._change(plan, wish), reason=WHY[wish.about])
                self.asked[plan.number] = made_id(plan.number, await self._ask(plan, asked))
            case Answer(plan, wish):
                await self._answer(plan, wish)
            case Settle(plan):
                await self.portal.ask(self._agent(plan), plan.number, surveys.AcknowledgeReport())
                offers = (await self.portal.offered(plan.number)).offers
                await self._issue(plan, next(offer for offer in offers if offer.kind is codes.InvoiceKind.BALANCE))

    def _change(self, plan: Plan, wish: Wish) -> Change:
        """What is asked, from what stands there since the award: nothing was asked of it before."""
        if wish.about is codes.RequestObject.TRAINERS:
            listed = [ListedTrainer(id=record_id(plan.number, f"trainer-{place}"), sheet=of) for place, of in enumerate(plan.trainers)]
            return TrainersChange(trainers=(*listed, ListedTrainer(sheet=plan.substitute)), base_version=1)
        if wish.about is codes.RequestObject.TRAINEE:
            sheet = plan.sheet(0)
            moved = sheet.model_copy(update={"mail": sheet.mail.model_copy(update={"address": "3 bis traverse des Lauriers"})})
            return SheetChange(trainee_id=self.trainees[plan.number][0], sheet=moved, base_version=1)
        end = plan.end if plan.first_end else plan.end + timedelta(days=60)
        return PlannedDatesChange(planned_start=plan.start, planned_end=end, periods=plan.periods_until(end), base_version=1)

    async def _answer(self, plan: Plan, wish: Wish) -> None:
        request = self.asked.pop(plan.number)
        answer = RefuseRequest(request_id=request, reason=wish.refusal) if wish.refusal else GrantRequest(request_id=request)
        await self.portal.ask(self._agent(plan), plan.number, answer)

    async def read_all(self) -> None:
        """Everybody has read their notifications so far."""
        await all_of(self.portal.read_all(viewer) for viewer in (self.agent, *self.organisations.values()))

    async def _ask(self, plan: Plan, command: Command) -> UUID:
        return await self.portal.ask(self._organisation(plan), plan.number, command)

    def _agent(self, plan: Plan) -> Viewer:  # noqa: ARG002
        return self.agent

    def _organisation(self, plan: Plan) -> Viewer:
        return self.organisations[plan.partner.organisation.siret]

    async def _import(self, plans: Iterable[Plan]) -> None:
        """Then each organisation whose first contracts these are gets its mail and chooses a password (ACC-1, ACC-2)."""
        command = awards.ImportContracts(contracts=tuple(plan.contract for plan in plans if not plan.by_programme))
        if command.contracts:
            await self.portal.ask(self.agent, str(uuid7()), command)
        for plan in plans:
            if plan.by_programme and self.programme:
                await self.programme.award(plan.contract)
        numbers = [plan.number for plan in plans]
        shown = "SELECT count(*) = $2 FROM actions WHERE contract_number = ANY($1::text[])"
        await self.portal.until("les contrats importés", set(numbers), shown, numbers, len(numbers))
        for partner in {plan.partner.login: plan.partner for plan in plans}.values():
            siret = partner.organisation.siret
            if siret not in self.organisations:
                self.organisations[siret] = await self.portal.first_log_in(partner.organisation.email, partner.login, PASSWORD)
                await self.portal.choose_mails(self.organisations[siret], MAILS.get(partner.login, {}))

    async def _prepare(self, plan: Plan) -> None:
        await self._ask(plan, actions.ValidateDates(periods=plan.periods_until(plan.awarded_end), base_version=0))
        await self._register(plan, [plan.sheet(index) for index in range(plan.trainees)])
        await self._ask(plan, actions.ConfirmTrainers())
        entries = tuple(
            actions.EntryDate(trainee_id=trainee_id, entered_on=plan.start) for trainee_id in self.trainees[plan.number].values()
        )
        await self._ask(plan, actions.ConfirmEntryDates(entries=entries))

    async def _begin(self, plan: Plan) -> None:
        """Two whole sheets, one that lacks nearly everything; no dates, no trainers: what blocks the opening has its list."""
        *whole, last = (plan.sheet(index) for index in range(plan.trainees))
        await self._register(plan, [*whole, TraineeSheet(last_name=last.last_name, first_name=last.first_name)], partial=True)

    async def _register(self, plan: Plan, sheets: list[TraineeSheet], *, partial: bool = False) -> None:
        """As a list that is imported: all of them by one command (TRN-8)."""
        new = tuple(actions.NewTrainee(sheet=sheet) for sheet in sheets)
        command_id = await self._ask(plan, actions.RegisterTrainees(trainees=new, partial=partial))
        self.trainees[plan.number] = {index: made_id(plan.number, command_id, index) for index in range(len(sheets))}

    async def _fill_in(self, plan: Plan, month: Month) -> None:
        """Lines, and the exits of who leaves, by one command (DEC-11)."""
        going = leaving(plan, month)
        rows = tuple(self._row(plan, index, month, leaves=index in going) for index in present(plan, month))
        await self._ask(plan, FillMonth(month=month, rows=rows))

    def _row(self, plan: Plan, index: int, month: Month, *, leaves: bool) -> FilledRow:
        return FilledRow(
            trainee_id=self.trainees[plan.number][index],
            line=FilledLine(line=hours.line(plan, index, month), base_version=0),
            exit=FilledExit(exit=exit_of(plan, index), base_version=0) if leaves else None,
        )

    async def _half_fill(self, plan: Plan, month: Month) -> None:
        """Row by row, as the grid saves itself while one types (DEC-3)."""
        there = present(plan, month)
        half = len(there) // 2
        await all_of(self._save(plan, index, month, hours.line(plan, index, month)) for index in there[:half])
        await self._save(plan, there[half], month, hours.half_done(hours.line(plan, there[half], month)))

    async def _correct(self, plan: Plan, month: Month) -> None:
        await self._save(plan, 0, month, hours.corrected(hours.line(plan, 0, month)), version=1)

    async def _save(self, plan: Plan, index: int, month: Month, line: Line, *, version: int = 0) -> None:
        command = SaveLine(month=month, trainee_id=self.trainees[plan.number][index], line=line, base_version=version)
        await self._ask(plan, command)

    async def _issue(self, plan: Plan, offer: Offer) -> None:
        figures = {name: getattr(offer, name) for name in ("kind", "months", "excluding_tax", "without_months")}
        await self._send(plan, IssueInvoice.model_validate(figures))

    async def _send(self, plan: Plan, command: IssueInvoice) -> None:
        self.to_decide[plan.number].append(made_id(plan.number, await self._ask(plan, command)))

    async def _accept(self, plan: Plan, invoice_id: UUID) -> None:
        await self.finance.accept(str(invoice_id))
        await self._shows(plan, invoice_id, "accepted", "paid")
        self.to_pay[plan.number].append(invoice_id)

    async def _reject(self, plan: Plan, invoice_id: UUID, code: codes.RejectionCode, text: str) -> None:
        await self.finance.reject(str(invoice_id), code, text)
        await self._shows(plan, invoice_id, "rejected")

    async def _pay(self, plan: Plan, invoice_id: UUID, on: date) -> None:
        if await self.finance.pay(str(invoice_id), on):
            await self._shows(plan, invoice_id, "paid")

    async def _shows(self, plan: Plan, invoice_id: UUID, *states: str) -> None:
        """Until the portal shows it: what its users ask next comes after what they see (`after`)."""
        query = "SELECT state = ANY($2::text[]) FROM invoices WHERE invoice_id = $1"
        await self.portal.until("ce que la Région a décidé", {plan.number}, query, invoice_id, list(states))

    async def _send_proofs(self, plan: Plan, month: Month) -> None:
        organisation = self._organisation(plan)
        *sent, _ = await self.portal.proofs(organisation, plan.number, month)
        for number, proof in enumerate(sent, start=1):
            await self.portal.send_file(organisation, proof, page(f"Justificatif {number} de {month} (document de démonstration)"))

    async def _close(self, plan: Plan, count: int) -> None:
        await self._ask(plan, actions.CloseAction(actual_end=plan.end))
        await self.portal.ask_together(self._organisation(plan), plan.number, [self._survey(plan, index) for index in range(count)])

    def _survey(self, plan: Plan, index: int) -> surveys.RecordExitSurvey:
        situation, contract = SITUATIONS[index % len(SITUATIONS)]
        trainee_id = self.trainees[plan.number][index]
        return surveys.RecordExitSurvey(trainee_id=trainee_id, situation=situation, contract=contract, base_version=0)

    async def _follow_up(self, plan: Plan, survey: surveys.LaterSurvey, on: date) -> None:
        """The first answers by a link that came by mail, the second by that of a letter, the organisation says it of others, and of the
        last one nobody does.
        """
        first, second, *_ = self.trainees[plan.number].values()
        address = plan.sheet(0).email
        assert address, "the first has an address"
        await self.portal.mail_link(self._organisation(plan), plan.number, survey, first, on)
        printed = surveys.SurveyLink(trainee_id=second, sha256=digest(new_token()))
        await self._ask(plan, surveys.OfferSurveyLinks(survey=survey, links=(printed,)))
        links = (await self.portal.link_mailed(plan.number, survey, first, address), printed)
        for link, (situation, contract) in zip(links, SITUATIONS, strict=False):
            answer = surveys.AnswerByLink(survey=survey, link=link, situation=situation, contract=contract)
            await self.portal.ask(author_of(link), plan.number, answer)
        others = [self._later_survey(plan, index, survey) for index in range(2, plan.trainees - 1)]
        await self.portal.ask_together(self._organisation(plan), plan.number, others)

    def _later_survey(self, plan: Plan, index: int, survey: surveys.LaterSurvey) -> surveys.RecordLaterSurvey:
        """Who had found no job has one by now."""
        situation, contract = SITUATIONS[index % 2]
        trainee_id = self.trainees[plan.number][index]
        return surveys.RecordLaterSurvey(trainee_id=trainee_id, survey=survey, situation=situation, contract=contract, base_version=0)


def _noted(proof: ProofView, note: codes.ProofNote) -> proofs.SeenProof:
    return proofs.SeenProof(**proof.of.model_dump(), note=note, files=tuple(file.file_id for file in proof.files))


async def all_of(doings: Iterable[Awaitable[None]]) -> None:
    """All at once; the first trouble, once every one has ended."""
    for result in await asyncio.gather(*doings, return_exceptions=True):
        if isinstance(result, BaseException):
            raise result


def subcontract(named: awards.Subcontractor) -> IssueInvoice:
    """All that the subcontractor may invoice (BIL-6)."""
    kind, nature = codes.InvoiceKind.INSTALMENT, codes.WithoutMonths.SUBCONTRACT
    return IssueInvoice(kind=kind, without_months=nature, months=(), subcontractor=named.siret, excluding_tax=named.ceiling)


def present(plan: Plan, month: Month) -> list[int]:
    """Who has a line in a month, by their places in the plan."""
    spans = [(index, *plan.presence(index)) for index in range(plan.trainees)]
    return [index for index, first, last in spans if first <= month.last and last >= month.first]


def leaving(plan: Plan, month: Month) -> list[int]:
    """Whose exit is said in a month: who leaves early, and in the last one all others."""
    last = month == plan.months[-1]
    return [index for index in range(plan.trainees) if (Month.of(leave.on) == month if (leave := plan.exit_of(index)) else last)]


def exit_of(plan: Plan, index: int) -> Exit:
    """How a trainee leaves: early, or with everybody."""
    if early := plan.exit_of(index):
        return Exit(on=early.on, kind=codes.ExitKind.EARLY, reason=early.reason, proofs_announced=early.reason in codes.ADMISSIBLE)
    return Exit(on=plan.end, kind=codes.ExitKind.END_OF_TRAINING)


def _taken(waiting: list[UUID]) -> list[UUID]:
    taken = waiting.copy()
    waiting.clear()
    return taken
