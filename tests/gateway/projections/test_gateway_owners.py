"""What one action says changes no row of another's, whichever ids it names, and shows nothing of it."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from uuid import UUID

import asyncpg
import pytest

from chassis.db import Connection
from contracts.actions import (
    DatesUnlocked,
    EntryDate,
    EntryDatesConfirmed,
    TraineeEntered,
    TraineeNeverCame,
    TraineeRemoved,
)
from contracts.answers import CommandAnswered, Fault, PersonalRef
from contracts.billing import InvoiceAccepted, InvoiceRejected, PaymentRecorded
from contracts.codes import DecidedBy, ExitKind, RejectionCode, Situation
from contracts.declarations import Exit, TraineeExited
from contracts.envelope import Envelope
from contracts.message import Event
from contracts.personal import AgentContact, AgentRecord
from contracts.surveys import ExitSurveyRecorded
from gateway.areas.action.queries.actions import load_action
from gateway.areas.action.queries.invoices import load_invoices
from gateway.areas.action.queries.trainees import load_trainees
from gateway.areas.action.queries.trainers import load_trainers
from gateway.told.history import load_history
from gateway.told.notifications import list_notifications
from gateway.web.people import names_of_trainees
from gateway.web.session import Viewer
from tests import guide
from tests.gateway.projections import log_of_an_action
from tests.gateway.projections.log import AGENT, Log, at, fold, named
from tests.guide import CONTRACT, OTHER_SIRET

ONE = Decimal("1.00")
MINE, SIRET = "2007QCA0999", OTHER_SIRET
RIVAL = Viewer(named("rival"), "organisation", SIRET, "autre", "CEVENNES-GESTION", False)
TABLES = ("actions", "trainees", "months", "lines", "offers", "invoices", "payments", "reports", "people", "accounts", "organisations")


def mine(log: Log) -> None:
    """A contract of another organisation, with the guide's contact and trainer: of its own, by their ids."""
    terms = log_of_an_action.terms(title="COMPTABLES", organisation=guide.organisation(siret=SIRET))
    awarded = log_of_an_action.award().model_copy(update={"terms": terms})
    log.say(awarded, at("2007-07-02"), AGENT, MINE)


async def ask(database: Connection, command: UUID) -> None:
    """The other organisation has sent a command about its own action."""
    await database.execute(
        """
        INSERT INTO commands (id, service, type, key, user_id, siret, path, sent_at)
        VALUES ($1, 'actions', 'actions.open-action.v1', $2, $3, $4, '/', now())
        """,
        command,
        MINE,
        RIVAL.user_id,
        SIRET,
    )


async def theirs(database: Connection) -> dict[str, list[str]]:
    """Every row of the other's."""
    return {
        table: sorted(text for row in await database.fetch(f"SELECT * FROM {table}") if MINE not in (text := str(dict(row))))
        for table in TABLES
    }


OUT = Exit(on=date(2007, 11, 30), kind=ExitKind.END_OF_TRAINING)
ATTACKS: Sequence[Event] = (
    log_of_an_action.registered(log_of_an_action.FIRST),
    TraineeRemoved(trainee_id=log_of_an_action.FIRST),
    TraineeNeverCame(trainee_id=log_of_an_action.SECOND),
    EntryDatesConfirmed(entries=(EntryDate(trainee_id=log_of_an_action.FIRST, entered_on=None),)),
    TraineeEntered(trainee_id=log_of_an_action.FIRST, entered_on=date(2007, 11, 30)),
    TraineeExited(trainee_id=log_of_an_action.FIRST, exit=OUT, version=9),
    ExitSurveyRecorded(trainee_id=log_of_an_action.FIRST, situation=Situation.OTHER, contract=None, version=9),
    log_of_an_action.issued(log_of_an_action.INVOICE),
    InvoiceAccepted(invoice_id=log_of_an_action.INVOICE, decided_by=DecidedBy.AGENT, decided_on=date(2007, 11, 30)),
    InvoiceRejected(
        invoice_id=log_of_an_action.INVOICE,
        decided_by=DecidedBy.AGENT,
        decided_on=date(2007, 11, 30),
        code=RejectionCode.OTHER,
        text=PersonalRef(id=f"{CONTRACT}/text-1", version=1),
        months=(log_of_an_action.OCTOBER,),
        correct_by=date(2007, 12, 15),
    ),
    PaymentRecorded(
        invoice_id=log_of_an_action.INVOICE, amount=ONE, paid_on=date(2007, 11, 30), reference="P-9", total_paid=ONE, remaining=Decimal(0)
    ),
)


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: type(attack).__name__)
async def test_acc_06_an_id_of_anothers_names_nothing_of_theirs(database: Connection, attack: Event) -> None:
    """Registered and removed on one's own action, the other's trainee stays as they are; so does an invoice that somebody decides."""
    log = log_of_an_action.invoiced()
    mine(log)
    await fold(log, database)
    before = await theirs(database)
    for said in (
        *(log_of_an_action.registered(trainee, key=MINE) for trainee in (log_of_an_action.FIRST, log_of_an_action.SECOND)),
        log_of_an_action.issued(log_of_an_action.INVOICE),
        attack,
    ):
        log.say(said, at("2007-12-01"), key=MINE)
    await fold(log, database)
    assert await theirs(database) == before and await database.fetch("SELECT error FROM parked") == []


async def test_acc_06_what_names_a_record_of_anothers_shows_nothing_of_it(database: Connection, pool: asyncpg.Pool) -> None:
    """Contact, trainers, reasons and trainees of the other's, named by one's own action and by a refusal: no name, no word of them."""
    log = log_of_an_action.rejected()
    mine(log)
    for said in (*ATTACKS[:1], ATTACKS[7], ATTACKS[9]):
        log.say(said, at("2007-12-01"), key=MINE)
    log.say(DatesUnlocked(reason=PersonalRef(id=f"{CONTRACT}/text-1", version=1), version=1), at("2007-12-01"), key=MINE)
    refused = named("refused")
    await ask(database, refused)
    fault = Fault(code="sheet-incomplete", figures={"trainee": str(log_of_an_action.FIRST)}, item=str(log_of_an_action.FIRST))
    log.say(CommandAnswered(command_id=refused, faults=(fault,)), at("2007-12-01"), key=MINE, source="actions")
    await fold(log, database)
    assert await database.fetch("SELECT error FROM parked") == []
    shown = (
        await load_action(pool, RIVAL, MINE),
        await load_trainers(pool, RIVAL, MINE),
        await load_invoices(pool, RIVAL),
        await load_trainees(pool, RIVAL, MINE),
        await names_of_trainees(pool, RIVAL, MINE),
        await load_history(pool, RIVAL, MINE),
        await list_notifications(pool, RIVAL),
    )
    assert [name for name in ("CHOMBIER", "VIDAL", "MEUNIER", "Appel du", "absences manquent", "SECRÉTAIRES") if name in str(shown)] == []
    assert "fiche" in str(shown[-1]), "the refusal itself is told"


async def test_prv_01_a_record_under_anothers_key_is_parked_alone(database: Connection) -> None:
    log = log_of_an_action.awarded()
    record = AgentRecord(id=f"{MINE}/agent", version=9, contract_number=MINE, contact=AgentContact(name="X", telephone="Y"))
    foreign = record.body().replace(MINE.encode(), CONTRACT.encode())
    made = Envelope(named("foreign"), "actions", record.TYPE, record.id, 9, at("2007-08-01"), named("foreign"))
    log.put("personal", record.id.encode(), made.headers(), foreign)
    log.put("personal", record.id.encode(), replace(made, id=named("other"), version=10).headers(), record.body())
    await fold(log, database)
    assert [row["keys"] for row in await database.fetch("SELECT keys FROM parked")] == [[record.id]] * 2
    assert json.loads(await database.fetchval("SELECT body FROM people WHERE id = $1", f"{CONTRACT}/agent"))["name"] == "Mme VIDAL"


async def test_acc_06_an_answer_under_another_key_answers_nobody(database: Connection) -> None:
    command, log = named("mine"), Log()
    await ask(database, command)
    log.say(CommandAnswered(command_id=command), at("2007-12-01"), key=CONTRACT, source="actions")
    await fold(log, database)
    assert await database.fetchval("SELECT faults FROM commands") is None
    log.say(CommandAnswered(command_id=command), at("2007-12-01"), key=MINE, source="actions")
    await fold(log, database)
    assert await database.fetchval("SELECT faults FROM commands") == "[]"
