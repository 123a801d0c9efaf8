"""What the organisation asks the Region to change in the guide's action, each with another answer; one becomes an amendment."""

from datetime import date

from contracts import actions, declarations, personal, proofs, requests
from contracts.answers import PersonalRef
from contracts.codes import ProofFormat, ProofKind, ProofNote, RequestObject
from contracts.message import Message
from tests import guide
from tests.gateway.projections import log_of_an_action
from tests.gateway.projections.log import AGENT, SECRETARY, Log, at, named
from tests.gateway.projections.log_of_an_action import DECEMBER, FIRST, SECOND
from tests.guide import CONTRACT

DATES, SHEET, TRAINERS, LATER = (named(f"request {what}") for what in ("dates", "sheet", "trainers", "later"))
END = date(2008, 1, 18)
NOTHING = declarations.AmendmentEffect(appear=(), vanish=(), exits=(), fallen=(), to_declare=())


def answered() -> Log:
    """The action until its balance, with a proof in two files, one of them taken back, and one that is missing; then periods granted and
    taken back, a sheet granted, trainers refused, a later end granted.
    """
    log = log_of_an_action.closed()
    _prove(log)
    periods, base = log_of_an_action.terms().periods, 3
    _ask(log, DATES, requests.DatesChange(periods=periods, base_version=base))
    unlocked = actions.DatesUnlocked(reason=_text(f"{DATES}-reason"), version=4, request_id=DATES)
    _say(log, requests.RequestGranted(request_id=DATES, object=RequestObject.DATES, trainee_id=None, applied=False), unlocked)
    _say(log, requests.UnlockingTakenBack(object=RequestObject.DATES, version=5, request_id=DATES))
    _ask(log, SHEET, requests.RequestedSheet(trainee_id=FIRST, sheet=_sheet(log), paid_by=None, base_version=1))
    given = requests.RequestGranted(request_id=SHEET, object=RequestObject.TRAINEE, trainee_id=FIRST, applied=False)
    _say(log, given, actions.TraineeUnlocked(trainee_id=FIRST, reason=_text(f"{SHEET}-reason"), request_id=SHEET))
    trainer = requests.RequestedTrainer(id=None, sheet=_trainer(log))
    _ask(log, TRAINERS, requests.RequestedTrainers(trainers=(trainer,), base_version=1))
    _write(log, f"{TRAINERS}-refusal")
    _say(log, requests.RequestRefused(request_id=TRAINERS, object=RequestObject.TRAINERS, reason=_text(f"{TRAINERS}-refusal")))
    _say(log, requests.TrainersUnlocked(reason=_text(f"{TRAINERS}-refusal")))
    _later(log)
    return log


def _prove(log: Log) -> None:
    first, second = (proofs.ProofKey(month=DECEMBER, trainee_id=trainee, kind=ProofKind.ABSENCE) for trainee in (FIRST, SECOND))
    for number in (1, 2):
        file = proofs.ProofFile(format=ProofFormat.PDF, size=1000 + number, sha256="0" * 64)
        log.say(proofs.ProofSent(proof=first, file_id=named(f"file {number}"), file=file), at("2008-01-11"), SECRETARY)
    log.say(proofs.ProofWithdrawn(proof=first, file_id=named("file 2")), at("2008-01-11"), SECRETARY)
    notes = ((first, ProofNote.RECEIVED), (second, ProofNote.MISSING))
    noted = tuple(proofs.NotedProof(**key.model_dump(), note=note) for key, note in notes)
    _say(log, proofs.ProofsNoted(proofs=noted))


def _later(log: Log) -> None:
    terms = log_of_an_action.terms()
    start, end, periods = terms.planned_start, terms.planned_end, terms.periods
    _ask(log, LATER, requests.PlannedDatesChange(planned_start=start, planned_end=END, periods=periods, base_version=5))
    _say(log, declarations.AmendmentForeseen(request_id=LATER, planned_end=END, effect=NOTHING))
    amendment = requests.ContractAmended(
        number=1,
        request_id=LATER,
        granted_on=date(2008, 1, 15),
        planned_start=start,
        planned_end=END,
        start_before=start,
        end_before=end,
        periods=periods,
        dates_version=6,
    )
    effect = declarations.AmendmentGranted(planned_start=start, planned_end=END, periods=periods, effect=NOTHING)
    given = requests.RequestGranted(request_id=LATER, object=RequestObject.PLANNED_DATES, trainee_id=None, applied=True)
    _say(log, effect, given, amendment)


def _say(log: Log, *said: Message) -> None:
    for message in said:
        log.say(message, at("2008-01-15"), AGENT)


def _ask(log: Log, request: object, change: requests.RequestedChange) -> None:
    _write(log, f"{request}-reason")
    asked = requests.ChangeRequested(request_id=request, change=change, reason=_text(f"{request}-reason"))  # type: ignore[arg-type]
    log.say(asked, at("2008-01-14"), SECRETARY)
    log.say(requests.ChangeForeseen(request_id=request, against=(), documents=()), at("2008-01-14"))  # type: ignore[arg-type]


def _write(log: Log, id_: str) -> None:
    text = personal.TextRecord(id=f"{CONTRACT}/{id_}", version=1, contract_number=CONTRACT, text="Appel du 14 janvier")
    log.say(text, at("2008-01-14"))


def _text(id_: str) -> PersonalRef:
    return PersonalRef(id=f"{CONTRACT}/{id_}", version=1)


def _sheet(log: Log) -> PersonalRef:
    sheet = personal.TraineeSheet(last_name="CHOMBIER", first_name="Gisèle", entry_date=date(2007, 10, 1))
    log.say(personal.TraineeRecord(id=_text(f"{SHEET}-sheet").id, version=1, contract_number=CONTRACT, sheet=sheet), at("2008-01-14"))
    return _text(f"{SHEET}-sheet")


def _trainer(log: Log) -> PersonalRef:
    ref = _text(f"{TRAINERS}-trainer-1")
    log.say(personal.TrainerRecord(id=ref.id, version=1, contract_number=CONTRACT, sheet=guide.TRAINER), at("2008-01-14"))
    return ref
