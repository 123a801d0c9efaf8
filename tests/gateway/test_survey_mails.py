"""Links by mail as pages ask for them and show them, and who may say that they go by themselves (SURV-1)."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import pytest
import pytest_asyncio

from contracts.personal import TraineeRecord, record_id
from gateway.mails.invitation import digest, new_token
from tests.gateway.browser import faults_at_every_width
from tests.gateway.html import all_of, text_of, words
from tests.gateway.pieces import sheet
from tests.gateway.region_in_march import OVER, Told, users
from tests.gateway.running_portal import RunningPortal

pytestmark = pytest.mark.asyncio(loop_scope="session")
PAGE, PATH = "/compte/enquetes", f"/actions/{OVER}/enquetes"
SEND = f"/actions/{OVER}/courriels/sortie"


@pytest_asyncio.fixture(scope="module", loop_scope="session", autouse=True)
async def mails_go_out(portal: RunningPortal, told: dict[str, Told]) -> AsyncIterator[None]:
    """Of the four whose survey is to be filled in, two have an address."""
    await users(portal)
    for trainee in told[OVER].trainees[2:4]:
        of = sheet("X", "Y", None).model_copy(update={"email": f"{trainee.hex[:8]}@exemple.fr"})
        await told[OVER].say(TraineeRecord(id=record_id(OVER, trainee), version=9, contract_number=OVER, sheet=of))
    await portal.db.execute("INSERT INTO mail_starts VALUES ('events', 0, 0)")
    yield
    await portal.db.execute("DELETE FROM mail_starts")


@pytest_asyncio.fixture(loop_scope="session", autouse=True)
async def nothing_was_asked(portal: RunningPortal) -> None:
    await portal.db.execute("DELETE FROM survey_mailings")


async def asked(portal: RunningPortal) -> list[tuple[UUID, str, UUID]]:
    rows = await portal.db.fetch("SELECT trainee_id, survey, asked_by FROM survey_mailings ORDER BY trainee_id, asked_at")
    return [tuple(row) for row in rows]


async def ends(portal: RunningPortal, outcome: str | None) -> None:
    """What the worker makes of what was asked."""
    await portal.db.execute(
        """
        WITH put AS (UPDATE survey_mailings SET mail_id = gen_random_uuid() WHERE mail_id IS NULL RETURNING mail_id)
        INSERT INTO mails (id, key, kind, address, letter, link, ended_at, outcome)
        SELECT mail_id, mail_id, 'survey_link', CASE WHEN $1::text IS NULL THEN 'x@exemple.fr' END,
            CASE WHEN $1 IS NULL THEN '{}'::jsonb END, 'digest', CASE WHEN $1 IS NOT NULL THEN now() END, $1 FROM put
        """,
        outcome,
    )


async def cells(portal: RunningPortal) -> list[str]:
    return [words(row) for row in all_of(await portal.secretary.get(PATH), "#fiches tbody tr")]


async def test_surv_1_whoever_has_an_address_is_sent_a_link_and_letters_are_printed_for_the_others(
    portal: RunningPortal, told: dict[str, Told]
) -> None:
    page = text_of(await portal.secretary.get(PATH))
    assert "Envoyer 2 courriels, enquête à la sortie" in page and "Imprimer 2 lettres pour les autres, enquête à la sortie" in page
    done = await portal.secretary.post(SEND, {})
    assert "2 courriels en route" in text_of(done)
    asker = portal.secretary.viewer.user_id
    assert await asked(portal) == [(trainee, "exit", asker) for trainee in sorted(told[OVER].trainees[2:4])]
    assert sum("courriel en attente d’envoi" in row for row in await cells(portal)) == 2


@pytest.mark.parametrize(
    ("outcome", "shown"),
    [
        (None, "courriel en attente d’envoi"),
        ("sent", "courriel envoyé le"),
        ("refused", "courriel refusé"),
        ("given_up", "courriel non parti"),
    ],
)
async def test_surv_1_the_organisation_sees_what_became_of_each_mail(portal: RunningPortal, outcome: str | None, shown: str) -> None:
    await portal.secretary.post(SEND, {})
    await ends(portal, outcome)
    assert any(shown in row for row in await cells(portal))
    paper = text_of(await portal.secretary.get(PATH))
    assert ("imprimez une lettre" in paper) == (outcome in ("refused", "given_up"))


async def test_surv_1_nobody_is_mailed_twice_a_day_unless_the_first_did_not_leave(portal: RunningPortal) -> None:
    await portal.secretary.post(SEND, {})
    once = await asked(portal)
    assert len(once) == 2
    again = await portal.secretary.post(SEND, {})
    assert "Rien n’est envoyé" in text_of(again) and await asked(portal) == once
    await ends(portal, "refused")
    await portal.secretary.post(SEND, {})
    assert len(await asked(portal)) == 2 * len(once)


async def test_surv_1_a_double_click_asks_once(portal: RunningPortal) -> None:
    form = {"_commande": "6b1f6c1c-6d0e-4f6e-9c43-0d2f4f4d1c11"}
    await portal.secretary.post(SEND, form)
    assert len(await asked(portal)) == 2
    await portal.secretary.post(SEND, form)
    assert len(await asked(portal)) == 2


async def test_surv_1_a_mail_for_one_trainee_is_theirs_alone(portal: RunningPortal, told: dict[str, Told]) -> None:
    one = told[OVER].trainees[2]
    assert "Lui envoyer un lien" in text_of(await portal.secretary.get(f"{PATH}/sortie/{one}"))
    await portal.secretary.post(SEND, {"stagiaire": str(one)})
    assert [row[0] for row in await asked(portal)] == [one]
    none = told[OVER].trainees[4]
    assert "Sa fiche n’a pas d’adresse électronique" in text_of(await portal.secretary.get(f"{PATH}/sortie/{none}"))
    refused = await portal.secretary.post(SEND, {"stagiaire": str(none)})
    assert refused.status_code == 422 and "Imprimez les lettres" in text_of(refused)


async def test_acc_06_nobody_mails_anothers_trainees_and_there_is_no_such_survey(portal: RunningPortal) -> None:
    for person in (portal.rival, portal.agent):
        assert (await person.post(SEND, {})).status_code == 404
    assert (await portal.secretary.post(f"/actions/{OVER}/courriels/jamais", {})).status_code == 404
    assert await asked(portal) == []
    assert (await portal.secretary.get(SEND)).url.path == PATH


async def test_surv_1_without_mails_nothing_is_offered(portal: RunningPortal) -> None:
    await portal.db.execute("DELETE FROM mail_starts")
    try:
        assert "Envoyer" not in text_of(await portal.secretary.get(PATH))
        assert "n’envoie pas de courriels" in text_of(await portal.secretary.get(PAGE))
    finally:
        await portal.db.execute("INSERT INTO mail_starts VALUES ('events', 0, 0)")


async def test_surv_1_links_go_by_themselves_once_who_administers_the_accounts_says_so_and_that_trainees_know(
    portal: RunningPortal,
) -> None:
    assert 'value="non" checked' in (await portal.secretary.get(PAGE)).text, "by default nothing does"
    unsure = await portal.secretary.post(PAGE, {"envoi": "oui"})
    assert (
        unsure.status_code == 422
        and "Confirmez que vos stagiaires sont informés" in text_of(unsure)
        and 'value="oui" checked' in unsure.text
    )
    nothing = await portal.secretary.post(PAGE, {})
    assert nothing.status_code == 422 and "Dites si les liens partent" in text_of(nothing)
    done = await portal.secretary.post(PAGE, {"envoi": "oui", "informes": "oui"})
    assert "Votre choix est enregistré" in text_of(done)
    row = await portal.db.fetchrow("SELECT siret, by_itself, chosen_by FROM survey_sending")
    assert tuple(row) == (portal.secretary.viewer.siret, True, portal.secretary.viewer.user_id)
    assert "Les liens partent d’eux-mêmes" in text_of(await portal.secretary.get(PATH))
    assert 'value="non" checked' in (await portal.rival.get(PAGE)).text
    await portal.secretary.post(PAGE, {"envoi": "non"})
    assert await portal.db.fetchval("SELECT by_itself FROM survey_sending") is False


async def test_surv_1_who_only_works_there_reads_it_and_an_agent_has_no_such_page(portal: RunningPortal) -> None:
    assert (await portal.agent.get(PAGE)).status_code == (await portal.agent.post(PAGE, {"envoi": "non"})).status_code == 404
    right = "UPDATE accounts SET has_right = $2 WHERE user_id = $1"
    await portal.db.execute(right, portal.secretary.viewer.user_id, "works")
    try:
        page = await portal.secretary.get(PAGE)
        assert not all_of(page, "main form") and "Qui administre les comptes" in text_of(page)
        assert (await portal.secretary.post(PAGE, {"envoi": "oui", "informes": "oui"})).status_code == 404
    finally:
        await portal.db.execute(right, portal.secretary.viewer.user_id, "administers")


async def test_surv_1_the_pages_process_sees_no_token(portal: RunningPortal) -> None:
    token = new_token()
    await portal.db.execute(
        "INSERT INTO mails (id, key, kind, address, letter, link) VALUES (gen_random_uuid(), 'k', 'survey_link', 'x@x.fr', $1, $2)",
        f'"{token}"',
        digest(token),
    )
    rights = await portal.db.fetch(
        "SELECT column_name FROM information_schema.column_privileges WHERE grantee = 'gateway_web' AND table_name = 'mails'"
    )
    assert {row["column_name"] for row in rights} == {"id", "ended_at", "outcome"}
    await portal.db.execute("DELETE FROM mails WHERE key = 'k'")


@pytest.mark.timeout(300)
async def test_the_pages_read_at_every_width_and_for_everybody(portal: RunningPortal, chromium: Any) -> None:
    await portal.secretary.post(SEND, {})
    await ends(portal, "refused")
    wrong = {}
    for path in (PATH, f"{PATH}?envoyes=2", PAGE):
        page = await portal.secretary.open(chromium, path)
        if faults := await faults_at_every_width(page):
            wrong[path] = faults
        await page.context.close()
    assert wrong == {}
