"""The worker between the web process and Kafka: a command leaves, its answer comes back with what it did."""

import asyncio
import json
import os
import sys
from datetime import UTC, datetime
from uuid import UUID

from chassis import outbox
from contracts.answers import CommandAnswered, PersonalRef
from contracts.declarations import ConfirmMonth
from contracts.envelope import Envelope
from gateway.worker.service import service
from tests.forks import is_ready
from tests.gateway.projections import log_of_an_action
from tests.gateway.projections.installation import GatewayInstallation
from tests.gateway.projections.log import SECRETARY, at, named
from tests.gateway.projections.test_gateway_notifications import sent
from tests.guide import CONTRACT
from tests.infra import free_port
from tests.log import eventually
from tests.running import running


async def committed(installation: GatewayInstallation, command_id: UUID) -> None:
    """What the web process commits: the command as a row, and as a message for the relay."""
    await sent(installation.database, command_id)
    command = ConfirmMonth(month=log_of_an_action.OCTOBER)
    made = Envelope(command_id, "gateway", command.TYPE, CONTRACT, 1, at("2007-11-05"), command_id, actor=SECRETARY)
    await outbox.insert(installation.database, installation.settings.topic("declarations.commands"), made, command.body())


async def test_a_command_reaches_its_service_and_its_answer_is_noted_with_its_effects(installation: GatewayInstallation) -> None:
    command_id = named("a command")
    heard: list[str] = []
    await installation.database.add_listener("answers", lambda _c, _p, _channel, payload: heard.append(str(payload)))
    async with running(service, installation.settings) as runtime:
        await committed(installation, command_id)
        (record,) = await eventually(lambda: installation.kafka.records("declarations.commands", CONTRACT))
        read = Envelope.read(record.key, record.headers)
        assert (read.id, read.actor) == (command_id, SECRETARY)
        assert ConfirmMonth.parse(record.value or b"").month == log_of_an_action.OCTOBER
        log = log_of_an_action.opened()
        log.say(log_of_an_action.confirmed(log_of_an_action.OCTOBER), at("2007-11-05"), SECRETARY)
        log.answer(command_id, at("2007-11-05"), personal=(PersonalRef(id="text-1", version=1),))
        await installation.publish(log)
        await eventually(lambda: installation.database.fetchval("SELECT answered_at FROM commands WHERE faults = '[]'"))
        standing = await installation.database.fetchval("SELECT standing FROM months WHERE month = $1", log_of_an_action.OCTOBER)
        assert standing == "confirmed", "who reads the answer reads what it did"
        await eventually(lambda: is_ready(runtime.port))
    assert heard == [json.dumps([str(command_id)])]
    assert json.loads(await installation.database.fetchval("SELECT personal FROM commands")) == [{"id": "text-1", "version": 1}]
    assert await installation.database.fetchval("SELECT count(*) FROM own.outbox") == 0


async def test_the_process_starts_with_the_two_schemas_and_stops_when_asked(installation: GatewayInstallation) -> None:
    """`python -m gateway worker`, as a supervisor runs it; an answer to nobody's command changes nothing."""
    port = free_port()
    environment = {**os.environ, **installation.environment, "SESAME_HEALTH_PORT": str(port)}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "gateway", "worker"), env=environment, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    made = Envelope(named("nobody's"), "declarations", CommandAnswered.TYPE, "2007QCA0999", 1, datetime.now(UTC), named("nobody's"))
    await installation.kafka.publish("events", made, CommandAnswered(command_id=named("nobody's")))
    await eventually(lambda: installation.database.fetchval("SELECT count(*) FROM applied WHERE key = '2007QCA0999'"), 60)
    process.terminate()
    said = (await asyncio.wait_for(process.communicate(), 30))[0].decode()
    assert process.returncode == 0, said
    assert await installation.database.fetchval("SELECT count(*) FROM own.commands") == 0
