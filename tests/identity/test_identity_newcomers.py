"""“Nouveau ? Créer mon compte”, as identity answers it: what is kept, what is told to whom, and what is forgotten (ACC-4)."""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from chassis import instant
from contracts.envelope import Actor
from contracts.identity import AcceptAccountRequest, RefuseAccountRequest, request_key
from contracts.identity_http import REQUESTS, AccountRequest, AccountRequests, AskAccount
from contracts.personal import UserRecord
from identity import handlers, reception
from tests.backups import back_up, restored
from tests.guide import CONTRACT, OTHER_SIRET, SIRET, awarded
from tests.identity.conftest import IdentityInstallation
from tests.identity.test_identity_service import AGENT, GOOD, HOLDER, Running, running
from tests.infra import Infra
from tests.log import eventually
from tests.running import Process

__all__ = ["running"]


def checked(digits: str) -> str:
    """With the digit after them that makes a SIREN or a SIRET right (Luhn)."""
    doubled = (int(digit) * (1 + (len(digits) - place) % 2) for place, digit in enumerate(digits))
    return f"{digits}{-sum(value - 9 if value > 9 else value for value in doubled) % 10}"


ANNE = {
    "siret": OTHER_SIRET,
    "organisation": "CEVENNES GESTION",
    "name": "Anne LEROY",
    "email": "anne@cevennes.example",
    "address": "2 rue Victor Hugo",
    "postcode": "34800",
    "town": "Clermont",
}

SIRETS = [checked(f"{checked(f'998{number:05}')}0001") for number in range(1, 18)]


async def ask(installation: IdentityInstallation, client: str = "192.0.2.1", **changed: str) -> dict[str, Any]:
    return await installation.ask(REQUESTS, AskAccount(**ANNE | changed, client=client))


async def waiting(installation: IdentityInstallation) -> Sequence[AccountRequest]:
    return (await installation.reception.list_all()).requests


async def test_acc_04_a_request_waits_for_an_agent_and_the_log_knows_nobody(installation: IdentityInstallation) -> None:
    assert await ask(installation, name=" Anne LEROY ") == {"days": 30}
    [request] = await waiting(installation)
    assert request.model_dump(exclude={"request_id"}) == ANNE | {"address_complement": ""}
    assert await installation.told() == ["identity.account-requested.v1"]
    said = await installation.pool.fetchval("SELECT string_agg(outbox::text || convert_from(body, 'UTF8'), '') FROM outbox")
    assert OTHER_SIRET in said and "anne" not in said.lower() and "cevennes" not in said.lower()
    assert installation.mails == [], "nobody gets a mail because a stranger typed their address"


async def test_acc_04_what_is_sent_twice_is_one_request(installation: IdentityInstallation) -> None:
    assert await ask(installation) == await ask(installation, email="Anne@Cevennes.example") == {"days": 30}
    assert len(await waiting(installation)) == 1
    await ask(installation, email="paul@cevennes.example")
    assert len(await waiting(installation)) == 2


async def test_acc_04_the_answer_is_the_same_whether_or_not_anybody_is_known(installation: IdentityInstallation) -> None:
    await installation.member(SIRET, GOOD)
    known = await ask(installation, siret=SIRET, email="contact@scenes.example")
    assert known == await ask(installation) == {"days": 30}


async def test_acc_04_whoever_asks_without_end_waits(installation: IdentityInstallation) -> None:
    answers = [await ask(installation, email=f"anne{number}@x.example", client=f"192.0.2.{number}") for number in range(5)]
    assert answers[-1] == {"slowed-down": None}, "for one organisation, from wherever it comes"
    answers = [await ask(installation, siret=siret, email="anne@y.example", client=siret[-3:]) for siret in SIRETS[:5]]
    assert answers[-1] == {"slowed-down": None}, "for one address"
    answers = [await ask(installation, siret=siret, email=f"{siret}@z.example", client="198.51.100.7") for siret in SIRETS[5:17]]
    assert answers[-1] == {"slowed-down": None}, "from one place"


async def test_acc_04_what_is_wrong_is_said_and_not_kept(installation: IdentityInstallation) -> None:
    wrong = await ask(installation, siret="55208131766523", email="anne", town="\n")
    assert wrong == {"siret-wrong": "siret", "account-email-wrong": "email", "town-missing": "town"}
    assert await waiting(installation) == () and await installation.told() == []


async def test_acc_04_there_are_only_so_many_at_once(installation: IdentityInstallation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reception, "MOST_OPEN", 1)
    await ask(installation)
    assert await ask(installation, email="paul@cevennes.example") == {"too-many-account-requests": None}
    assert await ask(installation) == {"days": 30}, "who is among them is told the same again"


async def test_acc_04_a_refusal_is_mailed_with_its_reason_and_then_nothing_is_kept(installation: IdentityInstallation) -> None:
    await ask(installation)
    [request] = await waiting(installation)
    refused = RefuseAccountRequest(request_id=request.request_id, email=request.email, reason="Demandez à M. Roux.\nIl peut vous inviter.")
    await installation.say(handlers.refuse_account_request, refused, request_key(request.request_id))
    assert await waiting(installation) == ()
    installation.server.refuses = "451 try later"
    await installation.refuse_all()
    assert installation.mails == []
    installation.server.refuses = None
    await installation.pool.execute("UPDATE account_requests SET next_try = now()")
    await installation.refuse_all()
    [mail] = installation.mails
    text = mail.get_content().replace("\r\n", "\n")
    assert mail["To"] == ANNE["email"] and "    Demandez à M. Roux.\n    Il peut vous inviter.\n" in text
    assert "https://sesame.example/nouveau-compte" in text
    assert await installation.pool.fetchval("SELECT count(*) FROM account_requests") == 0


async def test_acc_04_a_month_without_an_answer_forgets_it(installation: IdentityInstallation, monkeypatch: pytest.MonkeyPatch) -> None:
    await ask(installation)
    at = instant.now()
    for days, left in ((30, 1), (31, 0)):
        monkeypatch.setattr(instant, "now", lambda days=days: at + timedelta(days=days))
        await installation.reception.expire()
        assert await installation.pool.fetchval("SELECT count(*) FROM account_requests") == left
    assert (await installation.told())[-1] == "identity.account-request-expired.v1"


# In its own process, on Kafka


async def asked_of(running: Running, **changed: str) -> UUID:
    """Somebody asks; the request that the log tells of."""
    before = await requests_told(running)
    assert (await running.post(REQUESTS, AskAccount(**ANNE | changed, client="192.0.2.1"))) == {"days": 30}
    known: list[UUID] = []

    async def look() -> bool:
        known[:] = [request_id for request_id in await requests_told(running) if request_id not in before]
        return bool(known)

    await eventually(look)
    return known[0]


async def requests_told(running: Running) -> list[UUID]:
    told = [envelope.key for envelope, _ in await running.log.messages() if envelope.type == "identity.account-requested.v1"]
    return [UUID(key.partition("/")[2]) for key in told]


async def answer(running: Running, command: AcceptAccountRequest | RefuseAccountRequest, actor: Actor = AGENT) -> list[str]:
    sent = await running.log.command("identity", request_key(command.request_id), command, actor)
    return [fault.code for fault in (await running.log.answer(sent)).faults]


async def test_acc_04_who_is_accepted_logs_in_as_after_an_award_and_others_of_the_organisation_beside_who_is_there(
    running: Running,
) -> None:
    first = await asked_of(running)
    accept = AcceptAccountRequest(request_id=first, **ANNE)
    assert await answer(running, accept, HOLDER) == ["not-found"]
    assert await answer(running, accept) == []
    assert await answer(running, accept) == ["account-request-answered"]
    account = await running.log_in(OTHER_SIRET, await running.mailed(1))
    assert (account["siret"], account["name"], account["must_choose_password"]) == (OTHER_SIRET, ANNE["name"], True)
    assert "accepte votre demande" in " ".join(running.server.mails[0].get_content().split())
    assert await running.types(OTHER_SIRET) == [
        "organisation-registered.v1",
        "account-created.v1",
        "access-changed.v1",
        "credentials-sent.v1",
    ]

    paul = ANNE | {"name": "Paul ROUX", "email": "paul@cevennes.example"}
    second = await asked_of(running, **paul)
    assert await answer(running, AcceptAccountRequest(request_id=second, **paul)) == []
    await running.mailed(2)
    assert (await running.types(OTHER_SIRET)).count("organisation-registered.v1") == 1
    people = {UserRecord.parse(body).name for _, body in await running.log.messages("personal")}
    assert people == {"Anne LEROY", "Paul ROUX"}
    assert "Victor Hugo" not in await running.rows() or (await running.http.get(REQUESTS)).json() == {"requests": []}


async def test_acc_04_a_database_that_was_restored_makes_the_same_accounts_again(infra: Infra, running: Running, tmp_path: Path) -> None:
    award = awarded()
    await running.log.publish("events", running.log.envelope("actions", CONTRACT, type(award)), award)
    await running.mailed(1)
    backup = await back_up(running.dsn, tmp_path / "backup")
    accepted, refused = await asked_of(running), await asked_of(running, email="paul@cevennes.example")
    lost = await asked_of(running, email="lea@cevennes.example")
    assert await answer(running, AcceptAccountRequest(request_id=accepted, **ANNE)) == []
    assert await answer(running, RefuseAccountRequest(request_id=refused, email="paul@cevennes.example", reason="Non.")) == []
    await eventually(lambda: _mails(running, 3))
    before = await running.types(OTHER_SIRET)
    await running.process.stop()

    again = Process("identity.app:service", running.environment | {"SESAME_DATABASE": await restored(infra, "identity", backup)})
    try:
        await running.is_ready(again)
        await eventually(lambda: _mails(running, 5))  # another password, and the refusal once more
        after = await running.types(OTHER_SIRET)
        assert after[: len(before)] == before and set(after[len(before) :]) <= {"access-changed.v1", "credentials-sent.v1"}
        assert AccountRequests.model_validate((await running.http.get(REQUESTS)).json()).requests == ()
        assert await answer(running, AcceptAccountRequest(request_id=lost, **ANNE | {"email": "lea@cevennes.example"})) == []
    finally:
        await again.stop()


async def _mails(running: Running, count: int) -> bool:
    return len(running.server.mails) >= count
