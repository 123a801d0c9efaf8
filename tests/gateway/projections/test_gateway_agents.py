"""An agent of the Region: their account's events and their own record have one key."""

from uuid import uuid4

import pytest

from chassis.db import Connection
from contracts.answers import PersonalRef
from contracts.envelope import Envelope
from contracts.identity import AccountCreated, CredentialsSent
from contracts.personal import UserRecord
from tests.gateway.projections.log import Log, at, fold, named


@pytest.mark.parametrize("record_first", [True, False])
async def test_an_agents_name_is_known_whatever_comes_first(database: Connection, record_first: bool) -> None:
    agent, log = named("agent"), Log()
    record = UserRecord(id=str(agent), version=1, user_id=agent, name="Claire BONNET", email="agent@region.example")
    created = AccountCreated(user_id=agent, siret=None, user=PersonalRef(id=record.id, version=1))
    events = [("events", created, 1), ("events", CredentialsSent(user_id=agent), 2)]
    for topic, message, version in [("personal", record, 1), *events] if record_first else [*events, ("personal", record, 1)]:
        envelope = Envelope(uuid4(), "identity", message.TYPE, str(agent), version, at("2007-07-02"), uuid4())
        log.put(topic, str(agent).encode(), envelope.headers(), message.body())
        await fold(log, database)
        log.records.clear()
    assert await database.fetchval("SELECT body ->> 'name' FROM accounts JOIN people ON people.id = person") == "Claire BONNET"
