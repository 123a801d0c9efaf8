"""What the pages show is what the services said, as far as the portal had read."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from uuid import UUID

from pydantic import TypeAdapter

from contracts.actions import (
    ActionClosed,
    ActionNotOpened,
    ActionOpened,
    EntryDatesConfirmed,
    TraineeEntered,
    TraineeNeverCame,
    TraineeRegistered,
    TraineeRemoved,
)
from contracts.awards import ActionAwarded, ActionWithdrawn
from contracts.billing import (
    Invoice,
    InvoiceAccepted,
    InvoiceIssued,
    InvoiceRejected,
    InvoicesOffered,
    MonthPriced,
    PaymentRecorded,
    Share,
)
from contracts.codes import SurveyKind
from contracts.declarations import (
    AmendmentGranted,
    ConfirmedLine,
    Exit,
    Line,
    LineSaved,
    MonthConfirmed,
    MonthFilled,
    TraineeExitChanged,
    TraineeExited,
)
from contracts.identity import TextPublished
from contracts.message import Message
from contracts.month import Month
from contracts.proofs import ProofKey, ProofSent, ProofsNoted, ProofWithdrawn
from contracts.requests import ContractAmended
from contracts.surveys import ExitSurveyRecorded, LaterSurveyRecorded, SurveyLinkEnded, SurveyLinkOffered

from ..finding import Finding, Promise
from ..history import History, Row
from .money import DAYS_TO_PAY

PORTAL = "gateway"
CONFIRMED = TypeAdapter(tuple[ConfirmedLine, ...])
SHARES = TypeAdapter(tuple[Share, ...])
Shown = dict[tuple[str, ...], object]
"""What is shown, by what it is of and whose: `("facture", <id>)` → its state and its amounts."""


def views(history: History) -> Iterator[Finding]:
    """Actions and their planned dates, trainees, lines, confirmed months and each trainee's part of them, offers, invoices and their last
    days, payments, proofs and their files, surveys and their links; each version of the Region's texts.
    """
    said: Shown = {}
    for _, message in history.seen_by(PORTAL):
        _take(said, message)
    shown = dict(_shown(history))
    for what in sorted(said.keys() | shown.keys()):
        if said.get(what) != shown.get(what):
            yield Finding(Promise.VIEWS, history.key, f"{' '.join(what)} : le portail ne montre pas ce que les services disent")


def _take(said: Shown, message: Message) -> None:
    match message:
        case ActionAwarded(terms=terms):
            said["action",] = "awarded"
            said["dates prévues",] = (terms.planned_start.isoformat(), terms.planned_end.isoformat())
        case ContractAmended(planned_start=start, planned_end=end):
            said["dates prévues",] = (start.isoformat(), end.isoformat())
        case ActionOpened():
            said["action",] = "opened"
        case ActionNotOpened():
            said["action",] = "not_opened"
        case ActionWithdrawn():
            said["action",] = "withdrawn"
        case ActionClosed():
            said["action",] = "closed"
        case AmendmentGranted(effect=effect):
            for fallen in effect.fallen:
                said.pop(("ligne", fallen.month, str(fallen.trainee_id)), None)
        case LineSaved(month=month, trainee_id=trainee, line=line, version=version):
            said["ligne", month, str(trainee)] = (version, line)
        case MonthFilled(month=month, lines=lines):
            said.update({("ligne", month, str(saved.trainee_id)): (saved.version, saved.line) for saved in lines})
        case MonthConfirmed(month=month, lines=lines, lapsed=lapsed):
            said["mois", month] = lines
            _call_for(said, month, lines)
            said.update({_proof(proof): None for proof in lapsed or ()})
        case ProofSent(proof=proof, file_id=file_id, file=file):
            said[_proof(proof)] = None
            said["fichier", str(file_id)] = (*_proof(proof)[1:], file.sha256)
        case ProofWithdrawn(file_id=file_id):
            said.pop(("fichier", str(file_id)), None)
        case ProofsNoted(proofs=noted):
            said.update({_proof(proof): proof.note for proof in noted})
        case MonthPriced(shares=shares):
            _take_shares(said, shares)
        case TextPublished(version=version, markdown=markdown):
            said["texte", str(version)] = markdown
        case InvoicesOffered(months=months):
            _take_shares(said, [share for month in months for share in month.shares])
            bare = tuple(month.model_copy(update={"shares": ()}) for month in months)
            said["à facturer",] = message.model_copy(update={"months": bare})
        case _:
            _take_trainee(said, message)
            _take_invoice(said, message)


def _proof(key: ProofKey) -> tuple[str, ...]:
    return "justificatif", key.month, str(key.trainee_id), key.kind


def _call_for(said: Shown, month: Month, lines: Iterable[ConfirmedLine]) -> None:
    """What is noted of the proofs that the month still calls for stays, with their files; of the others nothing does."""
    called = {("justificatif", month, str(line.trainee_id), str(kind)) for line in lines for kind in line.proofs or ()}
    for what in [what for what in said if what[:2] == ("justificatif", month) and what not in called]:
        del said[what]
        for file in [other for other, of in said.items() if other[0] == "fichier" and isinstance(of, tuple) and of[:3] == what[1:]]:
            del said[file]
    for what in called:
        said.setdefault(what, None)


def _take_shares(said: Shown, shares: Iterable[Share]) -> None:
    """Those of each month are as they were said last (BIL-1); offers and invoices held them before they were said once."""
    of: defaultdict[Month, tuple[Share, ...]] = defaultdict(tuple)
    for share in shares:
        of[share.month] += (share,)
    said.update({("parts", month): each for month, each in of.items()})


def _take_trainee(said: Shown, message: Message) -> None:
    match message:
        case TraineeRegistered(trainee_id=trainee):
            said.setdefault(("stagiaire", str(trainee)), ("registered", None))
        case TraineeEntered(trainee_id=trainee, entered_on=on):
            said["stagiaire", str(trainee)] = ("entered", on.isoformat())
        case TraineeNeverCame(trainee_id=trainee):
            said["stagiaire", str(trainee)] = ("never_came", None)
        case TraineeRemoved(trainee_id=trainee):
            said["stagiaire", str(trainee)] = ("removed", _known(said, trainee)[1])
        case EntryDatesConfirmed(entries=entries):
            for entry in entries:
                if _known(said, entry.trainee_id)[0] in ("registered", "never_came"):
                    state = "registered" if entry.entered_on else "never_came"
                    said["stagiaire", str(entry.trainee_id)] = (state, entry.entered_on.isoformat() if entry.entered_on else None)
        case TraineeExited(trainee_id=trainee, exit=exit_) | TraineeExitChanged(trainee_id=trainee, exit=exit_):
            said["sortie", str(trainee)] = exit_
        case ExitSurveyRecorded(trainee_id=trainee, situation=situation, contract=kind, version=version):
            said["enquête", str(trainee), SurveyKind.EXIT] = (situation, kind, version)
        case SurveyLinkOffered(survey=survey, link=link, last_day=last_day):
            said["lien", str(link.trainee_id), survey] = (link.sha256, last_day.isoformat())
        case SurveyLinkEnded(trainee_id=trainee, survey=survey):
            said.pop(("lien", str(trainee), survey), None)
        case LaterSurveyRecorded(trainee_id=trainee, survey=survey, situation=situation, contract=kind, version=version):
            said["enquête", str(trainee), survey] = (situation, kind, version)


def _take_invoice(said: Shown, message: Message) -> None:
    match message:
        case InvoiceIssued(invoice=invoice):
            _take_shares(said, invoice.shares)
            for month in invoice.months:
                if ("parts", month) in said:
                    said["parts", month, str(invoice.invoice_id)] = said["parts", month]
            invoice = invoice.model_copy(update={"shares": ()})
            said["facture", str(invoice.invoice_id)] = ("issued", "0.00")
            said["échéance", str(invoice.invoice_id)] = (invoice.issued_on + DAYS_TO_PAY).isoformat()
            said["montants", str(invoice.invoice_id)] = (f"{invoice.excluding_tax}", f"{invoice.including_tax}", invoice)
        case InvoiceAccepted(invoice_id=id_, paid=paid):
            said["facture", str(id_)] = ("paid" if paid else "accepted", "0.00")
        case InvoiceRejected(invoice_id=id_):
            said["facture", str(id_)] = ("rejected", "0.00")
        case PaymentRecorded(invoice_id=id_, total_paid=total, remaining=remaining, reference=reference, amount=amount, paid_on=on):
            said["facture", str(id_)] = ("accepted" if remaining else "paid", f"{total}")
            said["paiement", reference] = (str(id_), f"{amount}", on.isoformat())


def _shown(history: History) -> Iterator[tuple[tuple[str, ...], object]]:
    def rows(name: str) -> list[Row]:
        return history.rows(PORTAL, name)

    for row in rows("actions"):
        yield ("action",), row["state"]
        yield ("dates prévues",), (row["planned_start"], row["planned_end"])
    yield from ((("ligne", row["month"], row["trainee_id"]), (row["version"], Line.model_validate(row["line"]))) for row in rows("lines"))
    yield from (
        (("mois", row["month"]), CONFIRMED.validate_python(row["confirmed"])) for row in rows("months") if row["confirmed"] is not None
    )
    for row in rows("proofs"):
        yield ("justificatif", row["month"], row["trainee_id"], row["kind"]), row["note"]
    for row in rows("proof_files"):
        yield ("fichier", row["file_id"]), (row["month"], row["trainee_id"], row["kind"], row["sha256"])
    yield from ((("parts", row["month"]), SHARES.validate_python(row["body"])) for row in rows("shares"))
    yield from ((("parts", row["month"], row["invoice_id"]), SHARES.validate_python(row["body"])) for row in rows("invoice_shares"))
    yield from ((("à facturer",), InvoicesOffered.model_validate(row["body"])) for row in rows("offers"))
    for row in rows("trainees"):
        yield ("stagiaire", row["trainee_id"]), (row["state"], row["entered_on"])
        if row["exit"] is not None:
            yield ("sortie", row["trainee_id"]), Exit.model_validate(row["exit"])
    for row in rows("survey_links"):
        yield ("lien", row["trainee_id"], row["survey"]), (row["sha256"], row["last_day"])
    for row in rows("surveys"):
        yield ("enquête", row["trainee_id"], row["survey"]), (row["situation"], row["employment"], row["version"])
    for row in rows("invoices"):
        yield ("facture", row["invoice_id"]), (row["state"], row["paid"])
        yield ("échéance", row["invoice_id"]), row["pay_by"]
        yield ("montants", row["invoice_id"]), (row["excluding_tax"], row["including_tax"], Invoice.model_validate(row["body"]))
    yield from ((("texte", str(row["version"])), row["markdown"]) for row in rows("texts"))
    yield from ((("paiement", row["reference"]), (row["invoice_id"], row["amount"], row["paid_on"])) for row in rows("payments"))


def _known(said: Shown, trainee: UUID) -> tuple[str, str | None]:
    known = said.get(("stagiaire", str(trainee)), ("", None))
    assert isinstance(known, tuple)
    return known
