"""Personal links go by mail (SURV-1): asked for on a page, or by themselves; on the real PostgreSQL and a mail server of the test's own.

Kafka is left out: what the service would answer is said by the test.
"""

import json
import re
from collections.abc import Sequence
from datetime import date, datetime
from email.message import EmailMessage
from uuid import UUID

import pytest

from chassis import mail
from chassis.db import Connection
from chassis.instant import now
from contracts import codes, declarations, personal, surveys
from contracts.codes import SurveyKind
from contracts.message import Message
from contracts.personal import record_id
from contracts.refusals.surveys import SurveyNotDue
from gateway.mails import outbox
from gateway.mails.bounce import Bounce
from gateway.mails.invitation import digest
from gateway.worker import bouncing, housekeeping, inviting, mail_report, mailing
from tests.gateway.projections.log import HOLDER, SECRETARY, Log, at, fold
from tests.gateway.projections.log_of_an_action import FIRST, SECOND, opened
from tests.gateway.projections.test_gateway_mails import PORTAL, begin, settings_of
from tests.guide import CONTRACT
from tests.mail_server import MailServer, mail_server, text_of

__all__ = ["mail_server"]
EMAIL, OTHER = "gisele.chombier@exemple.fr", "paul.delmas@exemple.fr"
EXIT, SIX_MONTHS = SurveyKind.EXIT, SurveyKind.SIX_MONTHS
LEFT, DUE = date(2007, 12, 21), "2008-06-21"


def sheet(trainee: UUID, last: str, email: str | None, version: int = 9) -> personal.TraineeRecord:
    of = personal.TraineeSheet(last_name=last, first_name="X", entry_date=date(2007, 10, 1), email=email)
    return personal.TraineeRecord(id=record_id(CONTRACT, trainee), version=version, contract_number=CONTRACT, sheet=of)


def left(log: Log, trainee: UUID, on: date = LEFT, version: int = 1, said: str = "2007-12-20") -> None:
    exit_ = declarations.Exit(on=on, kind=codes.ExitKind.END_OF_TRAINING)
    kind = declarations.TraineeExited if version == 1 else declarations.TraineeExitChanged
    log.say(kind(trainee_id=trainee, exit=exit_, version=version), at(said), SECRETARY)


def due(log: Log, *trainees: UUID, again: bool = False, day: str = DUE) -> None:
    log.say(surveys.SurveysFellDue(survey=SIX_MONTHS, trainees=trainees, again=again), at(day, 0))


class Portal:
    """The worker's part, one step at a time; `log` is what the services say."""

    def __init__(self, database: Connection, server: MailServer) -> None:
        self.database, self.server, self.log, self._read = database, server, opened(), 0

    async def fold(self) -> "Portal":
        await fold(Log(self.log.records[self._read :]), self.database)
        self._read = len(self.log.records)
        return self

    async def say(self, message: Message, when: datetime) -> None:
        self.log.say(message, when, SECRETARY)
        await self.fold()

    async def by_itself(self, chosen: bool = True) -> None:
        await self.database.execute(
            """
            INSERT INTO survey_sending (siret, by_itself, chosen_by, chosen_at) VALUES ($1, $2, $3, '2008-01-01')
            ON CONFLICT (siret) DO UPDATE SET by_itself = excluded.by_itself
            """,
            HOLDER,
            chosen,
            UUID(SECRETARY.subject),
        )

    async def ask(self, trainee: UUID = FIRST, survey: SurveyKind = SIX_MONTHS, trace: str | None = None) -> UUID:
        made: UUID = await self.database.fetchval(
            """
            INSERT INTO survey_mailings (id, contract_number, trainee_id, survey, asked_by, due_on, trace)
            VALUES (gen_random_uuid(), $1, $2, $3, $4, '2000-01-01', $5) RETURNING id
            """,
            CONTRACT,
            trainee,
            survey,
            UUID(SECRETARY.subject),
            trace,
        )
        return made

    async def invite(self, day: str = DUE) -> int:
        return await inviting.invite(self.database, settings_of(self.server), at(day))

    async def commands(self) -> list[tuple[UUID, str, surveys.OfferSurveyLinks]]:
        """Those that the worker has put in the outbox: id, role of the author, and what is asked."""
        rows = await self.database.fetch("SELECT headers, body FROM outbox WHERE topic = 'surveys.commands' ORDER BY seq")
        told = [(json.loads(row["headers"]), surveys.OfferSurveyLinks.parse(row["body"])) for row in rows]
        return [(UUID(headers["ce_id"]), json.loads(headers["ce_actor"])[1], command) for headers, command in told]

    async def answer(self, *, refused: bool = False, day: str = DUE) -> None:
        """The service answers the last command as it does."""
        command_id, _, command = (await self.commands())[-1]
        if refused:
            self.log.answer(command_id, at(day), *SurveyNotDue(day=LEFT, trainee="x").faults(), by="surveys")
        else:
            for link in command.links:
                offered = surveys.SurveyLinkOffered(survey=command.survey, link=link, last_day=date(2008, 8, 20), by_mail=command.by_mail)
                self.log.say(offered, at(day), SECRETARY)
            self.log.answer(command_id, at(day), by="surveys")
        await self.fold()

    async def send(self) -> Sequence[EmailMessage]:
        before = len(self.server.mails)
        await mailing.send_all(self.database, settings_of(self.server))
        return self.server.mails[before:]

    async def outcomes(self) -> list[str | None]:
        rows = await self.database.fetch("SELECT outcome FROM mails WHERE kind = 'survey_link' ORDER BY put_at, id")
        return [row["outcome"] for row in rows]

    async def asked(self) -> int:
        count: int = await self.database.fetchval("SELECT count(*) FROM survey_mailings WHERE mail_id IS NULL")
        return count


@pytest.fixture
async def portal(database: Connection, mail_server: MailServer) -> Portal:
    """The course is over for both; the first has an address."""
    made = Portal(database, mail_server)
    await begin(database)
    made.log.say(sheet(FIRST, "CHOMBIER", EMAIL), at("2007-10-02"))
    left(made.log, FIRST)
    left(made.log, SECOND)
    return await made.fold()


def token_in(sent: EmailMessage) -> str:
    [found] = set(re.findall(rf"{PORTAL}/enquete/([\w-]+)", text_of(sent)))
    assert found in text_of(sent, "html")
    return found


async def test_surv_1_a_mail_that_is_asked_for_goes_once_its_link_works_and_brings_the_token_of_its_digest(portal: Portal) -> None:
    await portal.ask()
    assert await portal.invite() == 1 and await portal.send() == [], "the service has not said yet that it works"
    [(_, _, command)] = await portal.commands()
    assert (command.survey, command.by_mail, command.links[0].trainee_id) == (SIX_MONTHS, True, FIRST)
    await portal.answer()
    [sent] = await portal.send()
    assert sent["To"] == EMAIL and digest(token_in(sent)) == command.links[0].sha256
    assert await portal.send() == [] and await portal.invite() == 0 and await portal.outcomes() == ["sent"]


async def test_surv_1_the_mail_names_the_action_and_its_organisation_and_nobody(portal: Portal) -> None:
    await portal.ask()
    await portal.invite()
    await portal.answer()
    [sent] = await portal.send()
    assert sent["Subject"] == "Votre situation six mois après la formation"
    for text in (text_of(sent), text_of(sent, "html")):
        assert "BTS ASSISTANT DE DIRECTION" in text and "SCENES ET FORMATIONS" in text and "20 août 2008" in " ".join(text.split())
        for secret in ("CHOMBIER", "Gisele", CONTRACT, str(FIRST), EMAIL):
            assert secret not in text
    assert "List-Unsubscribe" not in sent, "it stops nothing: it is one mail"


async def test_surv_1_the_token_stands_in_the_waiting_mail_alone_and_nowhere_once_it_is_out(portal: Portal) -> None:
    await portal.ask()
    await portal.invite()
    await portal.answer()
    assert await portal.database.fetchval("SELECT count(*) FROM mails WHERE letter::text LIKE '%/enquete/%'") == 1
    [sent] = await portal.send()
    token = token_in(sent)
    tables = await portal.database.fetch(
        "SELECT schemaname || '.' || quote_ident(tablename) AS name FROM pg_tables WHERE schemaname IN ('own', 'view')"
    )
    for table in tables:
        rows = await portal.database.fetchval(f"SELECT count(*) FROM {table['name']} AS t WHERE t::text LIKE $1", f"%{token}%")
        assert rows == 0, table["name"]
    assert await portal.database.fetchval("SELECT address IS NULL AND letter IS NULL FROM mails WHERE kind = 'survey_link'")


async def test_surv_1_by_default_nothing_goes_by_itself(portal: Portal) -> None:
    due(portal.log, FIRST, SECOND)
    await portal.fold()
    assert await portal.asked() == 0 == await portal.invite()


async def test_surv_1_what_falls_due_goes_by_itself_to_who_has_an_address_in_the_name_of_nobody(portal: Portal) -> None:
    await portal.by_itself()
    due(portal.log, FIRST, SECOND)
    await portal.fold()
    assert await portal.asked() == 2 and await portal.invite() == 1
    [(_, actor, command)] = await portal.commands()
    assert [link.trainee_id for link in command.links] == [FIRST] and actor == "system"
    await portal.answer()
    assert [sent["To"] for sent in await portal.send()] == [EMAIL]
    due(portal.log, FIRST, again=True, day="2008-07-21")
    await portal.fold()
    assert await portal.asked() == 0, "the organisation is reminded, not the trainee"


async def test_surv_1_what_was_due_before_the_organisation_said_so_does_not_go_by_itself(portal: Portal) -> None:
    due(portal.log, FIRST, day="2007-12-31")
    await portal.by_itself()
    await portal.fold()
    assert await portal.asked() == 0


async def test_surv_1_the_survey_of_the_exit_goes_with_the_day_of_the_exit(portal: Portal) -> None:
    await portal.by_itself()
    left(portal.log, FIRST, date(2008, 1, 10), version=2, said="2008-01-05")
    await portal.fold()
    assert await portal.invite("2008-01-09") == 0 and await portal.asked() == 1
    assert await portal.invite("2008-01-10") == 1
    assert (await portal.commands())[0][2].survey is EXIT


async def test_surv_1_views_that_are_folded_again_and_a_day_that_is_read_twice_send_nothing_again(portal: Portal) -> None:
    await portal.by_itself()
    due(portal.log, FIRST)
    await portal.fold()
    await portal.invite()
    await portal.answer()
    assert len(await portal.send()) == 1
    tables = await portal.database.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'view' AND tablename <> 'migrations'")
    await portal.database.execute(f"TRUNCATE {', '.join('view.' + row['tablename'] for row in tables)}")
    portal._read = 0
    await portal.fold()
    assert await portal.invite() == 0 and await portal.send() == [] and await portal.outcomes() == ["sent"]


async def test_surv_1_who_dies_over_a_mail_sends_the_same_again_under_its_message_id(portal: Portal) -> None:
    await portal.ask()
    await portal.invite()
    await portal.answer()
    claimed = await outbox.claim(portal.database)
    assert claimed and claimed.address
    settings = settings_of(portal.server)
    await mail.send(settings, mailing.message(settings, claimed, claimed.address))  # and then the worker is killed
    await portal.send()
    first, *_, last = portal.server.mails
    assert first["Message-ID"] == last["Message-ID"] and token_in(first) == token_in(last) and len(await portal.commands()) == 1


@pytest.mark.parametrize("how", ["refused", "replaced", "removed"])
async def test_surv_1_a_mail_whose_link_does_not_work_goes_to_nobody(portal: Portal, how: str) -> None:
    await portal.ask()
    await portal.invite()
    await portal.answer(refused=how == "refused")
    if how == "replaced":
        link = surveys.SurveyLink(trainee_id=FIRST, sha256="b" * 64)
        await portal.say(surveys.SurveyLinkOffered(survey=SIX_MONTHS, link=link, last_day=date(2008, 9, 1)), at(DUE))
    if how == "removed":
        await portal.say(surveys.SurveyLinkEnded(trainee_id=FIRST, survey=SIX_MONTHS), at(DUE))
    await portal.invite()
    assert await portal.send() == [] and await portal.outcomes() == ["nobody"]
    assert await portal.database.fetchval("SELECT count(*) FROM mails WHERE letter IS NOT NULL") == 0, "its token is gone"


@pytest.mark.parametrize("how", ["answered", "no address", "not by itself any more", "a link works", "taken back"])
async def test_surv_1_what_nobody_waits_for_any_more_is_not_sent(portal: Portal, how: str) -> None:
    await portal.by_itself()
    due(portal.log, FIRST)
    if how == "answered":
        portal.log.say(
            surveys.LaterSurveyRecorded(trainee_id=FIRST, survey=SIX_MONTHS, situation=codes.Situation.OTHER, contract=None, version=1),
            at(DUE),
        )
    if how == "no address":
        portal.log.say(sheet(FIRST, "CHOMBIER", None, 10), at(DUE))
    if how == "a link works":
        link = surveys.SurveyLink(trainee_id=FIRST, sha256="b" * 64)
        portal.log.say(surveys.SurveyLinkOffered(survey=SIX_MONTHS, link=link, last_day=date(2008, 9, 1)), at(DUE))
    if how == "taken back":
        portal.log.say(declarations.TraineeExitChanged(trainee_id=FIRST, exit=None, version=2), at(DUE))
    await portal.fold()
    if how == "not by itself any more":
        await portal.by_itself(chosen=False)
    assert await portal.invite() == 0 == await portal.asked() and await portal.commands() == []


async def test_surv_1_an_address_that_its_server_refuses_is_told_at_once_and_its_token_goes(portal: Portal) -> None:
    portal.server.refuses, portal.server.refuses_alone = "550 no such user", EMAIL
    await portal.ask()
    await portal.invite()
    await portal.answer()
    assert await portal.send() == [] and await portal.outcomes() == ["refused"]
    assert await portal.database.fetchval("SELECT letter IS NULL AND address IS NULL FROM mails WHERE kind = 'survey_link'")
    assert "survey_link : 1 refusés, sept derniers jours, refusés (550)" in await mail_report.report(portal.database)
    assert await portal.database.fetchval("SELECT count(*) FROM mail_refusals") == 0


async def test_surv_1_a_server_that_takes_nothing_now_keeps_the_mail(portal: Portal) -> None:
    portal.server.refuses = "450 later"
    await portal.ask()
    await portal.invite()
    await portal.answer()
    assert await portal.send() == [] and await portal.outcomes() == [None]
    portal.server.refuses = None
    await portal.database.execute("UPDATE mails SET next_try = now()")
    assert len(await portal.send()) == 1


async def test_prv_1_with_a_trainees_record_goes_the_mail_that_waits_for_them_and_its_token(portal: Portal) -> None:
    await portal.ask()
    await portal.invite()
    await portal.answer()
    portal.log.put("personal", record_id(CONTRACT, FIRST).encode(), (), None)
    await portal.fold()
    assert await portal.send() == []
    assert await portal.database.fetchval("SELECT count(*) FROM mails WHERE kind = 'survey_link'") == 0


async def test_prv_1_what_was_sent_is_forgotten_with_the_contracts_people(portal: Portal) -> None:
    await portal.ask()
    await portal.database.execute("INSERT INTO erasures VALUES ($1, 'paid', '2008-01-01', 5, '2014-01-01', now())", CONTRACT)
    await housekeeping.tidy(portal.database, now())
    assert await portal.asked() == 0


async def test_surv_1_a_mail_that_comes_back_later_is_told_to_the_organisation_once(portal: Portal) -> None:
    await portal.ask()
    await portal.invite()
    await portal.answer()
    [sent] = await portal.send()
    came_back = Bounce(UUID(sent["Message-ID"].strip("<>").partition("@")[0]), EMAIL, 550)
    assert await bouncing.note(portal.database, came_back) and await portal.outcomes() == ["refused"]
    assert not await bouncing.note(portal.database, came_back), "the same again"
    assert not await bouncing.note(portal.database, Bounce(UUID(int=1), EMAIL, 550)), "no mail of ours"
    assert await portal.database.fetchval("SELECT count(*) FROM mail_refusals") == 0
