"""The pages of colleagues and of newcomers in a real browser: everybody can read them, and they follow what others do (ACC-4, ACC-8)."""

from typing import Any
from uuid import uuid4

import pytest
import pytest_asyncio

from contracts.answers import PersonalRef
from contracts.codes import AccountRight
from contracts.identity import AccountActivated, AccountCreated, AccountRequested, RightChanged, request_key
from contracts.identity_http import AccountRequest
from contracts.personal import UserRecord
from gateway.web.identity_client import IdentityClient
from gateway.web.session import Viewer
from tests import guide
from tests.gateway.browser import faults_at_every_width
from tests.gateway.running_portal import ORGANISATION, OTHER, Person, RunningPortal

LONG = "Formation" * 9
SAID = {
    "siret": OTHER,
    "organisation": LONG,
    "name": "Anne LEROY",
    "email": f"anne@{LONG[:40]}.example",
    "address": LONG,
    "postcode": "34800",
    "town": "Clermont",
}


async def joins(portal: RunningPortal, name: str, right: AccountRight, *, active: bool = True) -> Person:
    user_id = uuid4()
    record = UserRecord(id=str(user_id), version=1, user_id=user_id, name=name, email=f"{name.split()[0]}@{LONG[:50]}.example")
    created = AccountCreated(user_id=user_id, siret=ORGANISATION, user=PersonalRef(id=record.id, version=1), right=right)
    await portal.happen(record.id, record)
    await portal.happen(ORGANISATION, created, *([AccountActivated(user_id=user_id)] if active else []))
    return await portal.person(Viewer(user_id, "organisation", ORGANISATION, name, name, False))


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def people(portal: RunningPortal) -> list[Person]:
    """Who administers the accounts, who only works there, who has never come; their organisation, and a stranger's request for it."""
    await portal.happen(ORGANISATION, guide.organisation_registered(name=LONG))
    return [
        await joins(portal, "SCENES", AccountRight.ADMINISTERS),
        await joins(portal, LONG, AccountRight.WORKS),
        await joins(portal, "Paul", AccountRight.WORKS, active=False),
    ]


@pytest.mark.timeout(300)
async def test_no_page_of_people_has_an_accessibility_fault_or_is_widened_by_a_long_word(
    portal: RunningPortal, people: list[Person], chromium: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = {siret: uuid4() for siret in (ORGANISATION, OTHER)}
    for siret, request_id in asked.items():
        await portal.happen(request_key(request_id), AccountRequested(request_id=request_id, siret=siret))
    said = tuple(AccountRequest(request_id=request_id, **SAID | {"siret": siret}) for siret, request_id in asked.items())

    async def requests(_client: IdentityClient) -> tuple[AccountRequest, ...]:
        return said

    monkeypatch.setattr(IdentityClient, "account_requests", requests)
    pages = {
        people[0]: [
            "/compte",
            "/compte/collegues",
            *(f"/compte/collegues/{person.viewer.user_id}" for person in people),
            "/nouveau-compte",
        ],
        portal.agent: [
            "/region/comptes",
            *(f"/region/comptes/demandes/{request_id}" for request_id in asked.values()),
            f"/region/comptes/{ORGANISATION}",
        ],
    }
    wrong: dict[str, list[str]] = {}
    for person, paths in pages.items():
        page = await person.open(chromium, "/")
        for address in paths:
            await page.goto(portal.address + address)
            if faults := await faults_at_every_width(page):
                wrong[address] = faults
        await page.context.close()
    assert wrong == {}, wrong


async def test_acc_08_an_open_list_of_colleagues_follows_what_another_does(
    portal: RunningPortal, people: list[Person], chromium: Any
) -> None:
    first, works, _paul = people
    page = await first.open(chromium, "/compte/collegues")
    await page.get_by_label("Prénom et nom").fill("Anne")
    await portal.happen(ORGANISATION, RightChanged(user_id=works.viewer.user_id, right=AccountRight.ADMINISTERS))
    await page.locator("#collegues").get_by_text("Administre les comptes").nth(1).wait_for()
    assert await page.get_by_label("Prénom et nom").input_value() == "Anne", "what is typed stays"
    await page.context.close()
