"""Every example of a message that was ever published is still folded. (That each type has one is the contracts' own test.)"""

from decimal import Decimal

from chassis.db import Connection
from contracts.codes import ProofFormat
from contracts.declarations import ConfirmedLine, MonthConfirmed, PlaceHours
from contracts.identity import (
    AccountCreated,
    AccountRequestAccepted,
    AccountRequested,
    AccountRequestExpired,
    AccountRequestRefused,
    ColleagueErased,
    TextPublished,
    request_key,
    text_key,
)
from contracts.message import Message
from contracts.personal import PersonalRecord
from contracts.proofs import ProofFile, ProofKey, ProofSent, ProofsNoted, ProofWithdrawn
from contracts.registry import MESSAGES
from contracts.requests import ChangeRequested
from contracts.schemas import examples_of
from gateway.worker import projections
from tests.gateway.projections import log_of_an_action
from tests.gateway.projections.log import AGENT, HOLDER, Log, at, fold

OF_NEWCOMERS = (AccountRequested, AccountRequestAccepted, AccountRequestRefused, AccountRequestExpired)


def examples() -> list[Message]:
    """Those of what the gateway folds."""
    types = sorted(kind.TYPE for kind in (*projections.EVENTS, *projections.PERSONAL))
    return [MESSAGES[type_].parse(path.read_bytes()) for type_ in types for path in examples_of(type_)]


def calling_for(*proofs: ProofKey) -> MonthConfirmed:
    """Their month, which calls for them."""
    none = PlaceHours(attended=Decimal(0), excused=Decimal(1), unexcused=Decimal(0))
    lines = tuple(ConfirmedLine(trainee_id=proof.trainee_id, centre=none, company=none, proofs=(proof.kind,)) for proof in proofs)
    return MonthConfirmed(month=proofs[0].month, lines=lines)


def sent(withdrawn: ProofWithdrawn) -> ProofSent:
    """The file that is taken back."""
    file = ProofFile(format=ProofFormat.PDF, size=9, sha256="0" * 64)
    return ProofSent(proof=withdrawn.proof, file_id=withdrawn.file_id, file=file)


def cause(log: Log, message: Message, key: str) -> None:
    """What an event is about was there before it: the action, the same trainee, account, invoice, month, report."""
    log.say(log_of_an_action.award(), at("2007-07-02"), AGENT, key)
    log.say(log_of_an_action.prepared(), at("2008-01-06"), key=key)
    if trainee := getattr(message, "trainee_id", None):
        log.say(log_of_an_action.registered(trainee), at("2007-09-10"), key=key)
    if (request := getattr(message, "request_id", None)) and not isinstance(message, ChangeRequested | AccountCreated):
        log.say(log_of_an_action.asked(request, key), at("2008-01-07"), key=key)
    if user := getattr(message, "user_id", None):
        log.say(log_of_an_action.account(user), at("2007-07-02"), key=key)
    if month := getattr(message, "month", None):
        log.say(log_of_an_action.confirmed(month), at("2007-11-05"), key=key)
    proofs = (
        message.proofs if isinstance(message, ProofsNoted) else (message.proof,) if isinstance(message, ProofSent | ProofWithdrawn) else ()
    )
    for trainee in {proof.trainee_id for proof in proofs}:
        log.say(log_of_an_action.registered(trainee), at("2007-09-10"), key=key)
    if proofs:
        log.say(calling_for(*proofs), at("2007-11-05"), key=key)
    if isinstance(message, ProofWithdrawn):
        log.say(sent(message), at("2007-11-06"), key=key)
    if invoice := getattr(message, "invoice_id", None):
        log.say(log_of_an_action.issued(invoice), at("2007-11-06"), key=key)


async def test_each_example_is_folded_once_what_it_is_about_is_there(database: Connection) -> None:
    log, messages = Log(), examples()
    for number, message in enumerate(messages):
        key = HOLDER if hasattr(message, "user_id") and not isinstance(message, PersonalRecord) else f"2007QCA{number:04d}"
        key = text_key(message.name) if isinstance(message, TextPublished) else key
        if isinstance(message, OF_NEWCOMERS):
            key = request_key(message.request_id)
            log.say(AccountRequested(request_id=message.request_id, siret=message.siret), at("2008-01-09"), key=key)
        elif not isinstance(message, PersonalRecord):
            cause(log, message, key)
        log.say(message, at("2008-01-10"), key=key)
    await fold(log, database, 100)
    assert [row["error"] for row in await database.fetch("SELECT error FROM parked")] == []
    assert len(messages) > 20
    records = {message.id for message in messages if isinstance(message, PersonalRecord)}
    erased = {str(message.user_id) for message in messages if isinstance(message, ColleagueErased)}
    assert {row["id"] for row in await database.fetch("SELECT id FROM people")} == records - erased
