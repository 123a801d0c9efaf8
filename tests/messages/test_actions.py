"""Actions on the real Kafka and PostgreSQL: an import, a life from award to closing beside the real `declarations`, asks, a restart."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from dataclasses import replace
from decimal import Decimal
from time import monotonic
from typing import Any
from uuid import UUID

import pytest_asyncio

from actions.app import service
from auditor import Promise
from chassis.ids import uuid7
from contracts.actions import (
    ActionClosed,
    ActionOpened,
    ChangeTrainee,
    CloseAction,
    ConfirmEntryDates,
    ConfirmTrainers,
    EntryDate,
    NewTrainee,
    OpenAction,
    PreparationChanged,
    RegisterTrainee,
    RegisterTrainees,
    RemoveTrainee,
    TraineeChanged,
    TraineeEntered,
    TraineeRegistered,
    TraineeRemoved,
    UnlockDates,
    UnlockTrainee,
    ValidateDates,
)
from contracts.answers import CommandAnswered
from contracts.awards import ActionAwarded, ActionWithdrawn, ContractsImported, WithdrawContract
from contracts.codes import ActionKind, ExitKind, Frequency
from contracts.declarations import ConfirmMonth, EntryGranted, Exit, Line, PlaceFigures, SaveLine, SetExit
from contracts.envelope import made_id
from contracts.month import Month
from contracts.personal import TextRecord, TraineeRecord, TrainerRecord, record_id
from declarations.app import service as declarations
from tests import guide
from tests.guide import AGENT, CONTRACT, HOLDER, PERIODS, START, STRANGER, day, pathway, sheet
from tests.infra import Infra
from tests.log import eventually
from tests.messages.auditing import findings
from tests.messages.region import ZERO, Region, running_region
from tests.rules.actions.action_in_preparation import imported


@pytest_asyncio.fixture(scope="module")
async def region(infra: Infra) -> AsyncIterator[Region]:
    """An installation of actions and declarations, running."""
    async with running_region(infra, declarations) as region:
        yield region


def kinds(messages: Iterable[tuple[Any, bytes]]) -> list[str]:
    return [envelope.type for envelope, _ in messages]


async def test_a_workbook_is_awarded_whole_and_answered_under_its_own_id(region: Region) -> None:
    numbers = [f"2007QCA{number}" for number in (1001, 1002)]
    contracts = [guide.contract(number) for number in numbers]
    check, real, again = str(uuid7()), str(uuid7()), str(uuid7())
    assert await region.codes(check, imported(*contracts, check_only=True), "2007-06-01", AGENT) == []
    assert await region.said(ActionAwarded, numbers[0]) == []
    answer = await region.answer(real, imported(*contracts), "2007-06-01", AGENT)
    assert len(answer.personal) == 4 and answer.faults == ()
    assert kinds(await region.log.messages("events", real)) == [ContractsImported.TYPE, CommandAnswered.TYPE]
    for number in numbers:
        [awarded] = await region.said(ActionAwarded, number)
        assert awarded.terms == guide.contract().terms
        [trainer] = await region.said(TrainerRecord, awarded.trainers[0].id, "personal")
        assert trainer.contract_number == number and trainer.sheet.last_name == "MEUNIER"
    assert await region.codes(again, imported(*contracts), "2007-06-02", AGENT) == []
    [answered] = await region.said(ContractsImported, again)
    assert list(answered.known) == numbers and len(await region.said(ActionAwarded, numbers[0])) == 1


async def test_one_wrong_contract_holds_back_the_whole_file(region: Region) -> None:
    good, bad = guide.contract("2007QCA1010"), guide.contract("2007QCA1011", paid_headcount=11)
    answer = await region.answer(str(uuid7()), imported(good, bad), "2007-06-01", AGENT)
    assert [(fault.code, fault.item, fault.field) for fault in answer.faults] == [
        ("paid-above-headcount", "2007QCA1011", "terms.paid_headcount")
    ]
    assert await region.said(ActionAwarded, "2007QCA1010") == []
    assert await region.codes(str(uuid7()), imported(good), "2007-06-01", HOLDER) == ["not-found"]


async def test_a_contract_that_waits_for_the_operator_refuses_its_file_and_holds_no_other_contract_back(region: Region) -> None:
    stuck, fine = "2007QCA1015", "2007QCA1016"
    lost = EntryGranted(entries=())
    await region.log.publish("events", region.log.envelope("declarations", stuck, EntryGranted), lost)
    await eventually(lambda: region.fetch("SELECT id FROM parked WHERE keys = ARRAY[$1]", stuck))
    answer = await region.answer(str(uuid7()), imported(guide.contract(stuck), guide.contract(fine)), "2007-06-01", AGENT)
    assert [(fault.code, fault.item) for fault in answer.faults] == [("held-up", stuck)]
    assert await region.said(ActionAwarded, fine) == []
    assert await region.codes(str(uuid7()), imported(guide.contract(fine)), "2007-06-01", AGENT) == []
    assert len(await region.said(ActionAwarded, fine)) == 1
    await region.fetch("DELETE FROM parked")


async def test_a_contract_is_replaced_and_withdrawn_as_long_as_nothing_was_entered(region: Region) -> None:
    number = "2007QCA1020"
    await region.award(number)
    other = guide.contract(number, headcount=12)
    assert await region.codes(str(uuid7()), imported(other), "2007-06-02", AGENT) == ["contract-differs"]
    assert await region.codes(str(uuid7()), imported(other, replace=True), "2007-06-02", AGENT) == []
    [row] = await region.fetch("SELECT version FROM people WHERE contract_number = $1 AND kind = 'agent'", number)
    assert row["version"] == 2
    assert await region.codes(str(uuid7()), imported(other), "2007-06-03", AGENT) == []
    assert await region.codes(number, WithdrawContract(), "2007-06-03", HOLDER) == ["not-found"]
    assert await region.codes(number, WithdrawContract(), "2007-06-03", AGENT) == []
    assert await region.said(ActionWithdrawn, number) == [ActionWithdrawn()]


async def test_two_thousand_contracts_are_one_command(region: Region) -> None:
    numbers = [f"2008QCA{number:04}" for number in range(2000)]
    import_id, started = str(uuid7()), monotonic()
    command = imported(*(guide.contract(number) for number in numbers))
    answer = await region.log.answer(await region.asks(import_id, command, "2008-01-07", AGENT), within=60)
    assert answer.faults == () and len(answer.personal) == 4000
    assert monotonic() - started < 60
    messages = await region.log.messages("events")
    assert {envelope.key for envelope, _ in messages if envelope.type == ActionAwarded.TYPE} >= set(numbers)


async def test_an_action_lives_from_its_award_to_its_closing(region: Region) -> None:
    """One month long, so that `declarations` has one month to confirm."""
    end = "2007-09-28"
    number = CONTRACT
    short: dict[str, Any] = {"planned_end": day(end), "periods": ()}
    await region.award(number, **short)
    assert kinds(await region.log.messages("events", number)) == [ActionAwarded.TYPE, PreparationChanged.TYPE]
    assert await region.codes(number, OpenAction(actual_start=day(START), frequency=Frequency.MONTHLY), START) == [
        "dates-not-validated",
        "no-trainee",
        "trainers-not-confirmed",
    ]
    assert await region.codes(number, ValidateDates(periods=(), base_version=0), "2007-08-20") == []
    reason = await region.answer(number, UnlockDates(reason="Appel du 20 août"), "2007-08-20", AGENT)
    [text] = await region.said(TextRecord, reason.personal[0].id, "personal")
    assert text.text == "Appel du 20 août"
    assert await region.codes(number, ValidateDates(periods=(), base_version=1), "2007-08-21") == ["changed-meanwhile"]
    assert await region.codes(number, ValidateDates(periods=(), base_version=2), "2007-08-21") == []

    early = await region.registers(number, "2007-08-22")
    assert (await region.said(TraineeRecord, record_id(number, early), "personal"))[-1].version == 1
    confirmed = await region.answer(
        number, ConfirmEntryDates(entries=(EntryDate(trainee_id=early, entered_on=day("2007-09-10")),)), "2007-08-23"
    )
    assert [(ref.id, ref.version) for ref in confirmed.personal] == [(record_id(number, early), 2)]
    assert (await region.said(TraineeRecord, record_id(number, early), "personal"))[-1].sheet.entry_date == day("2007-09-10")
    assert await region.codes(number, ConfirmTrainers(), "2007-08-23") == []
    opening = OpenAction(actual_start=day(START), frequency=Frequency.MONTHLY)
    assert (await region.said(PreparationChanged, number))[-1].lacking == ()
    assert await region.codes(number, opening, "2007-09-02") == ["opening-too-early"]
    assert await region.codes(number, opening, START) == []

    late, never = [await region.registers(number, "2007-09-12") for _ in range(2)]
    entries = (EntryDate(trainee_id=late, entered_on=day("2007-09-17")), EntryDate(trainee_id=never, entered_on=None))
    entry = await region.answer(number, ConfirmEntryDates(entries=entries), "2007-09-12")
    assert entry.faults == () and [(ref.id, ref.version) for ref in entry.personal] == [(record_id(number, late), 2)]
    entered = await region.said(TraineeEntered, number)
    assert [(event.trainee_id, event.entered_on) for event in entered] == [(early, day("2007-09-10")), (late, day("2007-09-17"))]

    assert await region.codes(number, RemoveTrainee(trainee_id=late), "2007-09-20") == []
    assert [event.trainee_id for event in await region.said(TraineeRemoved, number)] == [late]
    assert await region.declares(number, early, "2007-09", "2007-09-27") == []
    assert await region.codes(number, RemoveTrainee(trainee_id=early), "2007-09-27") == ["hours-recorded"]
    assert await region.codes(number, CloseAction(actual_end=day(end)), "2007-09-27") == ["closing-too-early"]
    assert await region.codes(number, CloseAction(actual_end=day(end)), end) == ["month-still-to-confirm", "still-in-training"]
    await leaves_and_closes(region, number, early, end)


async def leaves_and_closes(region: Region, number: str, trainee: UUID, end: str) -> None:
    leave = SetExit(trainee_id=trainee, exit=Exit(on=day(end), kind=ExitKind.END_OF_TRAINING), base_version=0)
    assert await region.codes(number, leave, end, to="declarations") == []
    assert await region.codes(number, ConfirmMonth(month=Month("2007-09")), "2007-10-02", to="declarations") == []
    assert await region.codes(number, CloseAction(actual_end=day(end)), "2007-10-02") == []
    types = kinds(await region.log.messages("events", number))
    assert types[-3:] == [ActionClosed.TYPE, PreparationChanged.TYPE, CommandAnswered.TYPE]
    assert types.index(ActionOpened.TYPE) < types.index(TraineeEntered.TYPE)
    late = RegisterTrainee(sheet=sheet())
    assert await region.codes(number, late, "2007-10-03") == ["action-already-closed"]


async def test_an_action_answers_to_its_holder_only(region: Region) -> None:
    number = "2007QCA1030"
    await region.award(number)
    for actor in (STRANGER, AGENT):
        assert await region.codes(number, ConfirmTrainers(), "2007-08-20", actor) == ["not-found"]
    assert await region.codes(number, UnlockDates(reason="?"), "2007-08-20", HOLDER) == ["not-found"]
    assert await region.codes("2007QCA1404", ConfirmTrainers(), "2007-08-20") == ["not-found"]


async def test_two_secretaries_at_the_last_place_only_one_gets_it(region: Region) -> None:
    number = "2007QCA1040"
    await region.award(number, headcount=1)
    both = await asyncio.gather(*(region.codes(number, RegisterTrainee(sheet=sheet(), namesake=True), "2007-08-20") for _ in range(2)))
    assert sorted(both) == [[], ["headcount-reached"]]


async def test_trn_08_several_trainees_are_registered_by_one_command_or_none_is(region: Region) -> None:
    number = "2007QCA1041"
    await region.award(number, headcount=3)
    durand, martin = (NewTrainee(sheet=sheet(last_name=name)) for name in ("DURAND", "MARTIN"))
    assert await region.codes(number, RegisterTrainees(trainees=(durand, martin, martin)), "2007-08-20") == ["person-listed"]
    assert await region.said(TraineeRegistered, number) == []
    command = await region.asks(number, RegisterTrainees(trainees=(durand, martin)), "2007-08-20")
    answer = await region.log.answer(command)
    ids = [made_id(number, command, place) for place in range(2)]
    assert answer.faults == () and [(ref.id, ref.version) for ref in answer.personal] == [(record_id(number, one), 1) for one in ids]
    assert [event.trainee_id for event in await region.said(TraineeRegistered, number)] == ids
    assert await region.codes(number, RegisterTrainee(sheet=durand.sheet), "2007-08-20") == ["person-listed"]
    assert await region.codes(number, RegisterTrainees(trainees=(durand, martin)), "2007-08-20") == [
        "headcount-exceeded",
        "person-listed",
        "person-listed",
    ]


async def test_trn_05_who_names_another_actions_trainee_reaches_nobody(region: Region) -> None:
    """The same command id on two actions makes two trainees; on one's own action the other's is nobody, and nothing of theirs moves."""
    mine, theirs = "2007QCA1045", "2007QCA1046"
    for number in (mine, theirs):
        await region.award(number)
    command = await region.asks(theirs, RegisterTrainee(sheet=sheet(last_name="DURAND")), "2007-08-20")
    assert (await region.log.answer(command)).faults == ()
    trainee, people = made_id(theirs, command), "SELECT id, version, body FROM people WHERE contract_number = $1 ORDER BY id"
    before = await region.fetch(people, theirs)
    again = replace(region.log.envelope("gateway", mine, RegisterTrainee, HOLDER), id=command)
    await region.log.publish("actions.commands", again, RegisterTrainee(sheet=sheet(last_name="AUTRE")))
    for asked in (
        RemoveTrainee(trainee_id=trainee),
        ChangeTrainee(trainee_id=trainee, sheet=sheet(), base_version=1),
        ConfirmEntryDates(entries=(EntryDate(trainee_id=trainee, entered_on=day(START)),)),
    ):
        assert await region.codes(mine, asked, "2007-08-20") == ["not-found"]
    assert [event.trainee_id for event in await region.said(TraineeRegistered, mine)] == [made_id(mine, command)]
    assert await region.said(TraineeRemoved, theirs) == [] and await region.fetch(people, theirs) == before


async def test_removal_and_hours_at_the_same_time_are_never_both_accepted(region: Region) -> None:
    """TRN-5, with both services real: commands to two topics, in whatever order they are read."""
    number = "2007QCA1050"
    for trainee in await region.opened(number, 8):
        removed, saved = await asyncio.gather(
            region.codes(number, RemoveTrainee(trainee_id=trainee), "2007-09-20"),
            region.declares(number, trainee, "2007-09", "2007-09-20"),
        )
        assert (removed == []) != (saved == []), (removed, saved)


async def test_on_individualised_actions_the_actual_start_may_differ(region: Region) -> None:
    number = "2007QIA1060"
    await region.award(number, kind=ActionKind.INDIVIDUALISED)
    trainee = await region.registers(number, entry_date=day("2007-08-27"), pathway=pathway())
    for command in (
        ValidateDates(periods=PERIODS, base_version=0),
        ConfirmTrainers(),
        ConfirmEntryDates(entries=(EntryDate(trainee_id=trainee, entered_on=day("2007-08-27")),)),
    ):
        assert await region.codes(number, command, "2007-08-20") == []
    opening = OpenAction(actual_start=day("2007-08-27"), frequency=Frequency.THREE_INSTALMENTS)
    assert await region.codes(number, opening, "2007-08-28") == []
    assert await region.said(ActionOpened, number) == [ActionOpened(actual_start=day("2007-08-27"), frequency=Frequency.THREE_INSTALMENTS)]


async def test_trn_03_fewer_hours_than_are_stored_are_refused_and_as_many_are_the_ceiling_from_then_on(region: Region) -> None:
    """With both services real: the sheet changes once `declarations` agrees, and the month is then held against the pathway."""
    number = "2007QIA1070"
    (trainee,) = await region.opened(number, 1, kind=ActionKind.INDIVIDUALISED, pathway=pathway())
    worked = PlaceFigures(attended=Decimal(100), excused=Decimal(0), unexcused=Decimal(0))
    september = SaveLine(month=Month("2007-09"), trainee_id=trainee, line=Line(centre=worked, company=ZERO), base_version=0)
    assert await region.codes(number, september, "2007-09-28", to="declarations") == []
    assert await region.codes(number, UnlockTrainee(trainee_id=trainee, reason="Réajustement"), "2007-09-28", AGENT) == []

    async def planned(hours: str) -> list[str]:
        less = sheet(pathway=pathway(centre_hours=hours))
        return await region.codes(number, ChangeTrainee(trainee_id=trainee, sheet=less, base_version=1), "2007-09-28")

    assert await planned("99.75") == ["centre-pathway-below-hours"]
    assert await region.said(TraineeChanged, number) == []
    assert await planned("100") == []
    (changed,) = await region.said(TraineeChanged, number)
    assert changed.pathway and changed.pathway.centre == 100
    more = SaveLine(
        month=Month("2007-09"),
        trainee_id=trainee,
        line=Line(centre=worked.model_copy(update={"attended": Decimal("100.25")}), company=ZERO),
        base_version=1,
    )
    assert await region.codes(number, more, "2007-09-28", to="declarations") == []
    assert await region.codes(number, ConfirmMonth(month=Month("2007-09")), "2007-10-01", to="declarations") == ["planned-centre-exceeded"]


async def test_a_pathway_and_hours_at_the_same_time_are_never_both_accepted_beyond_it(region: Region) -> None:
    """TRN-3: whichever comes first. Either the pathway is refused, or the month is."""
    number = "2007QIA1080"
    (trainee,) = await region.opened(number, 1, kind=ActionKind.INDIVIDUALISED, pathway=pathway())
    assert await region.codes(number, UnlockTrainee(trainee_id=trainee, reason="Réajustement"), "2007-09-28", AGENT) == []
    less = ChangeTrainee(trainee_id=trainee, sheet=sheet(pathway=pathway(centre_hours="50")), base_version=1)
    worked = PlaceFigures(attended=Decimal(100), excused=Decimal(0), unexcused=Decimal(0))
    september = SaveLine(month=Month("2007-09"), trainee_id=trainee, line=Line(centre=worked, company=ZERO), base_version=0)
    refused, saved = await asyncio.gather(
        region.codes(number, less, "2007-09-28"), region.codes(number, september, "2007-09-28", to="declarations")
    )
    assert saved == []
    confirmed = await region.codes(number, ConfirmMonth(month=Month("2007-09")), "2007-10-01", to="declarations")
    assert (refused == []) == (confirmed == ["planned-centre-exceeded"]) and (refused == []) != (confirmed == [])


async def test_no_command_is_answered_twice_no_version_is_missing_and_nothing_personal_is_on_the_log(region: Region) -> None:
    """Over all that the tests above put on the log."""
    messages = await region.log.messages("events")
    answers = [
        (envelope.key, CommandAnswered.parse(body).command_id) for envelope, body in messages if envelope.type == CommandAnswered.TYPE
    ]
    assert answers and len(answers) == len(set(answers))
    versions: dict[str, list[int]] = {}
    for envelope, body in messages:
        if envelope.source == "actions":
            versions.setdefault(envelope.key, []).append(envelope.version)
            assert not [word for word in (b"MEUNIER", b"VIDAL", b"DUPONT", b"Appel") if word in body]
    assert all(numbers == list(range(1, len(numbers) + 1)) for numbers in versions.values())
    assert await region.fetch("SELECT id FROM parked") == []


async def test_the_auditor_finds_the_forged_record_of_a_person_and_nothing_else(infra: Infra, region: Region) -> None:
    contract, trainee = "2007QCA1090", uuid7()
    await region.award(contract)
    assert await region.codes(contract, RegisterTrainee(trainee_id=trainee, sheet=sheet()), "2007-08-20") == []
    [true] = [record for record in await region.said_of_people(TraineeRecord) if record.contract_number == contract]
    assert await findings(infra, service, region.settings) == []
    forged = (
        true.model_copy(update={"version": 9}),
        true.model_copy(update={"id": str(uuid7())}),
        true.model_copy(update={"sheet": true.sheet.model_copy(update={"last_name": "AUTRE"})}),
    )
    places = {}
    for record in forged:
        envelope = replace(region.log.envelope("actions", record.id, TraineeRecord), version=record.version)
        place = await region.log.publish("personal", envelope, record)
        places[f"personal-{place.partition}@{place.offset}"] = record.id
    found = await findings(infra, service, region.settings)
    named = {at: (finding.promise, finding.about) for at in places for finding in found if at in finding.what}
    assert named == {at: (Promise.RECORDS, id_) for at, id_ in places.items()}
    assert len(found) == len(forged)
