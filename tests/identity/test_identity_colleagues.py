"""Several people of one organisation, each with a login of their own (ACC-8)."""

from datetime import timedelta
from uuid import UUID, uuid4

import asyncpg
import pytest

from chassis.instant import now
from contracts.calendar import DayStarted
from contracts.codes import AccountRight
from contracts.envelope import Actor
from contracts.identity import ChangeRight, InviteColleague, RemoveColleague, SendCredentials
from contracts.refusals.common import NotFound
from contracts.refusals.identity import ColleagueKnown, RightMissing
from identity import handlers
from identity.mailer import LEASE
from identity.store import claim_mail
from tests.guide import CONTRACT, ORGANISATION, OTHER_SIRET, SIRET, awarded
from tests.identity.conftest import IdentityInstallation
from tests.identity.test_identity_service import Running, running
from tests.log import eventually

__all__ = ["running"]
GOOD, OTHER = "cheval agrafe pile", "un petit velo rouge"
CAMILLE = InviteColleague(name="Camille MARTIN", email="camille@scenes.example", right=AccountRight.WORKS)


async def first_user(installation: IdentityInstallation, siret: str = SIRET) -> Actor:
    """Has chosen a password."""
    return Actor((await installation.member(siret, GOOD))["user_id"], "organisation", siret)


async def join(installation: IdentityInstallation, by: Actor, command: InviteColleague = CAMILLE) -> Actor:
    """An invited colleague, who has chosen a password."""
    await installation.say(handlers.invite_colleague, command, by.organisation or "", by)
    password = await installation.mail()
    login = installation.mails[-1].get_content().partition("Identifiant :")[2].split()[0]
    account = await installation.log_in(login, password)
    await installation.choose(account["user_id"], OTHER)
    return Actor(account["user_id"], "organisation", by.organisation)


async def test_acc_08_an_invited_colleague_logs_in_with_their_own_login_and_password(installation: IdentityInstallation) -> None:
    await join(installation, await first_user(installation))
    mail = installation.mails[-1]
    text = " ".join(mail.get_content().split())
    assert mail["To"] == CAMILLE.email and f"{ORGANISATION.name} vous ouvre un compte" in text and CAMILLE.name not in text
    account = await installation.log_in(CAMILLE.email, OTHER)
    assert (account["siret"], account["name"], account["login"]) == (SIRET, CAMILLE.name, CAMILLE.email)
    assert (await installation.log_in(SIRET, GOOD))["name"] == ORGANISATION.name, "who was there before is who they were"


async def test_acc_08_who_only_works_there_invites_nobody_until_they_have_the_right(installation: IdentityInstallation) -> None:
    first = await first_user(installation)
    camille = await join(installation, first)
    paul = CAMILLE.model_copy(update={"email": "paul@scenes.example"})
    with pytest.raises(RightMissing):
        await installation.say(handlers.invite_colleague, paul, SIRET, camille)
    await installation.say(handlers.change_right, ChangeRight(user_id=UUID(camille.subject), right=AccountRight.ADMINISTERS), SIRET, first)
    await join(installation, camille, paul)


async def test_acc_08_whoever_is_taken_away_logs_in_no_more_and_gets_no_password(installation: IdentityInstallation) -> None:
    first = await first_user(installation)
    camille = await join(installation, first)
    await installation.say(handlers.remove_colleague, RemoveColleague(user_id=UUID(camille.subject)), SIRET, first)
    assert await installation.log_in(CAMILLE.email, OTHER) == {"wrong-credentials": None}
    assert await installation.choose(camille.subject, GOOD, OTHER, access=3) == {"not-found": None}
    assert await installation.forget(CAMILLE.email) == {"email-unknown": "email"}
    assert (await installation.told())[-1] == "identity.account-removed.v1"
    again = await join(installation, first)
    assert again.subject != camille.subject, "another account"


async def test_acc_08_a_mail_that_is_on_its_way_to_whoever_is_taken_away_is_called_off(installation: IdentityInstallation) -> None:
    first = await first_user(installation)
    await installation.say(handlers.invite_colleague, CAMILLE, SIRET, first)
    mailing = await claim_mail(installation.pool, LEASE)
    assert mailing and mailing.kind == "invited"
    sent = len(installation.mails)
    await installation.say(handlers.remove_colleague, RemoveColleague(user_id=mailing.user_id), SIRET, first)
    await installation.mailer.deliver(mailing)
    assert len(installation.mails) == sent


async def test_acc_08_one_person_of_two_organisations_has_a_login_for_each(installation: IdentityInstallation) -> None:
    first, other = await first_user(installation), await first_user(installation, OTHER_SIRET)
    await join(installation, first)
    with pytest.raises(ColleagueKnown):
        await installation.say(handlers.invite_colleague, CAMILLE.model_copy(update={"email": "Camille@scenes.example"}), SIRET, first)
    await join(installation, other)
    assert (await installation.log_in(f"{CAMILLE.email}-2", OTHER))["siret"] == OTHER_SIRET
    assert (await installation.log_in(CAMILLE.email, OTHER))["siret"] == SIRET


async def test_acc_08_an_invitation_is_mailed_again_at_the_word_of_who_administers_the_accounts(installation: IdentityInstallation) -> None:
    first = await first_user(installation)
    await installation.say(handlers.invite_colleague, CAMILLE, SIRET, first)
    lost = await installation.mail()
    invited = (await installation.log_in(CAMILLE.email, lost))["user_id"]
    await installation.say(handlers.send_credentials, SendCredentials(user_id=UUID(invited)), SIRET, first)
    password = await installation.mail()
    assert "vous ouvre un compte" in " ".join(installation.mails[-1].get_content().split())
    assert (await installation.log_in(CAMILLE.email, password))["user_id"] == invited
    with pytest.raises(NotFound):
        await installation.say(handlers.send_credentials, SendCredentials(user_id=uuid4()), SIRET, first)


async def test_acc_08_of_two_who_leave_at_the_same_moment_one_stays_and_administers(running: Running) -> None:
    """In its own process, on Kafka."""
    log, award = running.log, awarded()
    await log.publish("events", log.envelope("actions", CONTRACT, type(award)), award)
    users: list[Actor] = []
    for mails, login in ((1, SIRET), (2, CAMILLE.email)):
        account = await running.log_in(login, await running.mailed(mails))
        await running.choose(account["user_id"], GOOD)
        users.append(Actor(account["user_id"], "organisation", SIRET))
        if login == SIRET:
            both = CAMILLE.model_copy(update={"right": AccountRight.ADMINISTERS})
            assert (await log.answer(await log.command("identity", SIRET, both, users[0]))).faults == ()
    sent = [await log.command("identity", SIRET, RemoveColleague(user_id=UUID(user.subject)), user) for user in users]
    answers = [[fault.code for fault in (await log.answer(command)).faults] for command in sent]
    assert sorted(answers) == [[], ["last-administrator"]]
    left = [await running.log_in(login, GOOD) for login in (SIRET, CAMILLE.email)]
    assert sorted("user_id" in one for one in left) == [False, True]


async def test_prv_01_who_left_is_erased_everywhere_with_the_day_on_which_their_year_is_over(running: Running) -> None:
    """In its own process, on Kafka."""
    log, award = running.log, awarded()
    await log.publish("events", log.envelope("actions", CONTRACT, type(award)), award)
    account = await running.log_in(SIRET, await running.mailed(1))
    await running.choose(account["user_id"], GOOD)
    first = Actor(account["user_id"], "organisation", SIRET)
    assert (await log.answer(await log.command("identity", SIRET, CAMILLE, first))).faults == ()
    camille = (await running.log_in(CAMILLE.email, await running.mailed(2)))["user_id"]
    left = RemoveColleague(user_id=UUID(camille))
    assert (await log.answer(await log.command("identity", SIRET, left, first))).faults == ()
    for days in (364, 366):
        await log.day(DayStarted(day=now().date() + timedelta(days=days)))
    await eventually(lambda: erased(running, camille))
    assert (await running.types(SIRET)).count("colleague-erased.v1") == 1
    connection = await asyncpg.connect(running.dsn)
    assert {row["id"] for row in await connection.fetch("SELECT id FROM people")} == {account["user_id"]}
    await connection.close()


async def erased(running: Running, who: str) -> bool:
    """Whether `personal` says that nobody is there."""
    records = [record.value for record in await running.log.records("personal") if record.key == who.encode()]
    return bool(records) and not records[-1]
