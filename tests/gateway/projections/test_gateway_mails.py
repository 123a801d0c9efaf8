"""Notifications go by mail too (NOT-1), on the real PostgreSQL and a mail server of the test's own; Kafka is left out."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from email.message import EmailMessage
from uuid import UUID

import pytest
from prometheus_client import REGISTRY

from chassis.db import Connection
from contracts import billing, identity, personal
from contracts.answers import PersonalRef
from contracts.codes import DecidedBy
from gateway.mails import links, outbox
from gateway.mails.bounce import Bounce
from gateway.mails.letter import Words
from gateway.settings import GatewaySettings
from gateway.worker import bouncing, housekeeping, mail_report, mailing, noting
from gateway.worker.gathering import gather
from tests.gateway.projections import log_of_an_action
from tests.gateway.projections.log import AGENT, HOLDER, SECRETARY, Log, at, fold, named
from tests.guide import CONTRACT
from tests.mail_server import MailServer, mail_server, text_of

__all__ = ["mail_server"]
PORTAL, USER, COLLEAGUE, OFFICER = "https://sesame.example", named("user"), named("colleague"), UUID(AGENT.subject)
EMAILS = {USER: "contact@scenes.example", COLLEAGUE: "comptable@scenes.example", OFFICER: "fabre@region.example"}


def settings_of(server: MailServer, **more: object) -> GatewaySettings:
    told = {"kafka": "", "database": "", "smtp": f"127.0.0.1:{server.port}", "smtp_security": "PLAINTEXT", "portal_url": PORTAL}
    return GatewaySettings.model_validate(told | more)


async def begin(database: Connection, offset: int = -1) -> None:
    """Mails begin behind this offset of each topic."""
    await database.executemany("INSERT INTO mail_starts VALUES ($1, 0, $2)", [("events", offset), ("calendar", offset)])


def somebody(log: Log, user: UUID, siret: str | None, *, active: bool = True) -> None:
    """One more user, of the organisation or of the Region."""
    record = personal.UserRecord(id=str(user), version=1, user_id=user, name="Quelqu’un", email=EMAILS[user])
    log.say(record, at("2007-07-02"))
    account = identity.AccountCreated(user_id=user, siret=siret, user=PersonalRef(id=record.id, version=1))
    log.say(account, at("2007-07-02"), key=siret or str(user))
    if active:
        log.say(identity.AccountActivated(user_id=user), at("2007-07-03"), key=siret or str(user))


def with_people(log: Log, people: Log) -> Log:
    """What `log` tells, and, after the award and the organisation's first user, what `people` does."""
    begun = len(log_of_an_action.awarded().records)
    whole = Log(_versions=log._versions)
    for each in (*log.records[:begun], *people.records, *log.records[begun:]):
        whole.put(each.topic, each.key, each.headers, each.body)
    return whole


def people(*of: tuple[UUID, str | None], active: bool = True) -> Log:
    """Users besides the organisation's first, whose events come after those of hers."""
    log = Log(_versions=defaultdict(lambda: 1000))
    for user, siret in of:
        somebody(log, user, siret, active=active)
    return log


async def told(database: Connection, log: Log | None = None, *of: tuple[UUID, str | None]) -> Log:
    """All of an action's life, with its mails from the beginning; these people besides the organisation's first user."""
    whole = with_people(log or log_of_an_action.closed(), people(*of))
    await begin(database)
    await fold(whole, database)
    return whole


async def more(database: Connection, log: Log, said: int) -> None:
    """What the log says from its record number `said` on."""
    await fold(Log(log.records[said:]), database)


async def mailed(database: Connection, server: MailServer, when: datetime) -> Sequence[EmailMessage]:
    """What is mailed at that moment."""
    before = len(server.mails)
    await gather(database, PORTAL, when)
    await mailing.send_all(database, settings_of(server))
    return server.mails[before:]


async def notes(database: Connection) -> list[tuple[object, ...]]:
    rows = await database.fetch("SELECT notification_id, user_id, family, usual, soon, seven, mail_id FROM mail_notes ORDER BY 1, 2")
    return [tuple(row) for row in rows]


async def test_not_1_each_notification_is_noted_once_for_each_user_whom_it_reaches(database: Connection) -> None:
    await told(database, None, (COLLEAGUE, HOLDER), (OFFICER, None))
    rows = await database.fetch("SELECT id, audience FROM notifications WHERE kind <> 'action_awarded'")
    known = {(row["id"], user) for row in rows for user in ((OFFICER,) if row["audience"] == "agents" else (USER, COLLEAGUE))}
    awarded = {row["id"] for row in await database.fetch("SELECT id FROM notifications WHERE kind = 'action_awarded'")}
    noted = {(row[0], row[1]) for row in await notes(database)}
    assert noted - known <= {(one, user) for one in awarded for user in EMAILS}
    assert known <= noted, "but for the award, before which the organisation has no user: identity writes to it"


async def test_not_1_views_that_are_lost_and_folded_again_by_the_worker_itself_note_and_mail_nothing_again(
    database: Connection, mail_server: MailServer
) -> None:
    log = await told(database, None, (COLLEAGUE, HOLDER), (OFFICER, None))
    await mailed(database, mail_server, at("2009-01-01"))
    before, mails = await notes(database), len(mail_server.mails)
    tables = await database.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'view' AND tablename <> 'migrations'")
    await database.execute(f"TRUNCATE {', '.join('view.' + row['tablename'] for row in tables)}")
    await fold(log, database)
    assert await database.fetchval("SELECT count(*) FROM notifications") > 15
    assert await notes(database) == before
    assert await mailed(database, mail_server, at("2010-01-01")) == [] and len(mail_server.mails) == mails


async def test_not_1_a_mail_leads_to_the_notification_says_how_it_stops_and_has_both_forms(
    database: Connection, mail_server: MailServer
) -> None:
    log = log_of_an_action.opened()
    log.say(log_of_an_action.issued(log_of_an_action.INVOICE), at("2007-11-06"), SECRETARY)
    log = await told(database, log)
    await database.execute("DELETE FROM mail_notes")
    accepted = billing.InvoiceAccepted(invoice_id=log_of_an_action.INVOICE, decided_by=DecidedBy.AGENT, decided_on=at("2007-11-20").date())
    before = len(log.records)
    log.say(accepted, at("2007-11-20"), AGENT)
    await more(database, log, before)
    assert await mailed(database, mail_server, at("2007-11-20")) == [], "what follows within a minute goes with it"
    [mail] = await mailed(database, mail_server, at("2007-11-20", 11))
    notification = await database.fetchval("SELECT id FROM notifications WHERE kind = 'invoice_accepted'")
    assert (mail["To"], mail["Subject"]) == (EMAILS[USER], "Sésame : Facture n° 1 acceptée")
    assert mail["Message-ID"] == f"<{await database.fetchval('SELECT id FROM mails')}@sesame.invalid>"
    for text in (text_of(mail), text_of(mail, "html")):
        assert f"{PORTAL}/notifications/{notification}" in text and f"{PORTAL}/compte/courriels" in text
        assert "Voir la facture" in text and "Bonjour," in text
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    token = mail["List-Unsubscribe"].strip("<>").removeprefix(f"{PORTAL}{links.PATH}")
    assert links.read(await database.fetchval("SELECT key FROM mail_key"), token) == links.Stop(USER, ("decisions",))
    assert mail["Auto-Submitted"] == "auto-generated"
    assert await mailed(database, mail_server, at("2008-11-20")) == [], "once"


PERSONAL = ("CHOMBIER", "Gisele", "Gisèle", "DELMAS", "Paul", "Appel du 6 juillet")


async def test_prv_1_no_mail_tells_who_a_trainee_is_what_anybody_wrote_or_any_id_of_theirs(
    database: Connection, mail_server: MailServer
) -> None:
    await told(database, None, (OFFICER, None))
    values = {row["value"] for row in await database.fetch(
        """
        SELECT value #>> '{}' AS value FROM people, jsonb_path_query(body, '$.** ? (@.type() == "string")') AS value
        WHERE kind IN ('trainee', 'text', 'trainer') AND length(value #>> '{}') > 5
        """
    )}  # fmt: skip
    ids = {str(row["trainee_id"]) for row in await database.fetch("SELECT trainee_id FROM trainees")}
    assert values and ids
    mails = await mailed(database, mail_server, at("2009-01-01"))
    assert len(mails) == 2 and sum(text_of(mail).count(f"{PORTAL}/notifications/") for mail in mails) > 15
    for mail in mails:
        whole = text_of(mail) + text_of(mail, "html") + str(mail["Subject"])
        assert not [word for word in {*values, *ids, *PERSONAL} if word in whole]
    assert "un stagiaire" in text_of(mails[0]) + text_of(mails[1])


async def test_not_1_windows_of_fifty_actions_are_one_mail_at_seven(database: Connection, mail_server: MailServer) -> None:
    log = log_of_an_action.opened()
    for number in range(50):
        key = f"2007QCB{number:04d}"
        log.say(log_of_an_action.award(), at("2007-07-05"), AGENT, key)
    log = await told(database, log)
    await mailed(database, mail_server, at("2007-10-30"))
    await database.execute("UPDATE actions SET to_declare = ARRAY['2007-10'], state = 'opened'")
    before = len(log.records)
    log.day("2007-11-01")
    await more(database, log, before)
    assert await mailed(database, mail_server, at("2007-11-01", 6)) == []
    [mail] = await mailed(database, mail_server, at("2007-11-01", 7))
    assert mail["Subject"] == "Sésame : Confirmation ouverte (51)"
    assert text_of(mail).count(f"{PORTAL}/notifications/") == 51


async def test_not_1_each_user_chooses_a_pace_and_what_they_have_read_is_not_mailed(database: Connection, mail_server: MailServer) -> None:
    await told(database, None, (COLLEAGUE, HOLDER), (OFFICER, None))
    await database.executemany(
        "INSERT INTO mail_choices VALUES ($1, $2, $3)",
        [(COLLEAGUE, "decisions", "never"), (COLLEAGUE, "windows", "at_once"), (OFFICER, "to_decide", "never")],
    )
    await database.execute("INSERT INTO read_marks SELECT $1, id FROM notifications WHERE kind = 'invoice_paid'", USER)
    by = {mail["To"]: text_of(mail) for mail in await mailed(database, mail_server, at("2009-01-01"))}
    assert by.keys() == set(EMAILS.values())
    assert "rejetée" in by[EMAILS[USER]] and "payée en partie" in by[EMAILS[USER]] and "payée\n" not in by[EMAILS[USER]]
    assert "Confirmation ouverte" in by[EMAILS[COLLEAGUE]] and "rejetée" not in by[EMAILS[COLLEAGUE]]
    assert "Action ouverte" in by[EMAILS[OFFICER]] and "à décider" not in by[EMAILS[OFFICER]]
    assert await database.fetchval("SELECT count(*) FROM mail_notes WHERE mail_id IS NULL") == 0, "what is not wanted waits for nothing"


async def test_not_1_who_never_logged_in_or_is_disabled_is_mailed_nothing(database: Connection, mail_server: MailServer) -> None:
    users = people((COLLEAGUE, HOLDER), active=False)
    somebody(users, OFFICER, None)
    users.say(identity.AccountDisabled(user_id=OFFICER, access=2), at("2007-07-04"), key=str(OFFICER))
    await begin(database)
    await fold(with_people(log_of_an_action.closed(), users), database)
    assert {row[1] for row in await notes(database)} == {USER}
    await database.execute("UPDATE accounts SET disabled_at = now() WHERE user_id = $1", USER)
    assert await mailed(database, mail_server, at("2009-01-01")) == []
    assert await database.fetchval("SELECT outcome FROM mails") == "nobody"


async def test_not_1_what_was_said_before_mails_began_is_mailed_to_nobody(database: Connection, mail_server: MailServer) -> None:
    log = log_of_an_action.closed()
    await fold(log, database)
    assert await notes(database) == [], "mails are off"
    await begin(database, 10_000)
    log.day("2008-03-01")
    await fold(log, database)
    assert await notes(database) == []
    await noting.leave_off(database)
    assert await database.fetchval("SELECT count(*) FROM mail_starts") == 0


async def put(database: Connection, key: str, to: UUID | str = USER, **more: str) -> None:
    assert await outbox.put(database, to, "test", Words("Objet", "Texte\n", "<p>Texte</p>"), key=key, **more)


async def test_not_1_a_server_that_is_away_is_asked_again_and_nothing_is_lost(database: Connection, mail_server: MailServer) -> None:
    await told(database, log_of_an_action.awarded())
    for number in range(3):
        await put(database, f"mail {number}")
    await mail_server.close()
    for _ in range(2):
        with pytest.raises(mailing.ServerAway):
            await mailing.send_all(database, settings_of(mail_server))
    assert await database.fetchval("SELECT count(*) FROM mails WHERE ended_at IS NULL AND being_sent_since IS NULL") == 3
    await mail_server.open()
    await mailing.send_all(database, settings_of(mail_server))
    assert len({mail["Message-ID"] for mail in mail_server.mails}) == len(mail_server.mails) == 3
    assert await database.fetchval("SELECT bool_and(letter IS NULL AND outcome = 'sent') FROM mails")


@pytest.mark.parametrize("answer", ["535 wrong password", "550 not you"])
async def test_not_1_a_server_that_does_not_want_the_sender_gives_nothing_up(
    database: Connection, mail_server: MailServer, answer: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A wrong setting is mended in a while; no address is to blame."""

    async def no_sender(*_: object) -> str:
        return answer

    monkeypatch.setattr(MailServer, "handle_MAIL", no_sender, raising=False)
    await told(database, log_of_an_action.awarded())
    await put(database, "mail")
    await database.execute("UPDATE mails SET put_at = now() - interval '6 days'")
    with pytest.raises(mailing.ServerAway):
        await mailing.send_all(database, settings_of(mail_server))
    assert await database.fetchval("SELECT count(*) FROM mails WHERE ended_at IS NULL") == 1
    assert await database.fetchval("SELECT count(*) FROM mail_refusals") == 0


async def test_not_1_a_refusal_for_now_puts_off_one_mail_and_no_other(database: Connection, mail_server: MailServer) -> None:
    await told(database, log_of_an_action.awarded())
    await put(database, "busy", "busy@elsewhere.example")
    await put(database, "mail")
    mail_server.refuses, mail_server.refuses_alone = "451 greylisted", "busy@elsewhere.example"
    await mailing.send_all(database, settings_of(mail_server))
    assert [mail["To"] for mail in mail_server.mails] == [EMAILS[USER]]
    assert await database.fetchval("SELECT next_try - now() > interval '30 seconds' FROM mails WHERE key = 'busy' AND refused = 451")
    mail_server.refuses = None
    await database.execute("UPDATE mails SET next_try = now()")
    await mailing.send_all(database, settings_of(mail_server))
    assert len(mail_server.mails) == 2 and await database.fetchval("SELECT count(*) FROM mail_refusals") == 0


async def test_not_1_an_address_that_is_refused_for_good_is_told_to_the_operator_tried_again_and_given_up_after_days(
    database: Connection, mail_server: MailServer
) -> None:
    await told(database, log_of_an_action.awarded(), (COLLEAGUE, HOLDER))
    for user in (USER, COLLEAGUE):
        await put(database, f"first {user}", user)
        await put(database, f"second {user}", user)
    mail_server.refuses, mail_server.refuses_alone = "550 5.1.1 no such user", EMAILS[USER]
    await mailing.send_all(database, settings_of(mail_server))
    assert [mail["To"] for mail in mail_server.mails] == [EMAILS[COLLEAGUE]] * 2
    [refusal] = await database.fetch("SELECT user_id, code, retry_at - now() AS wait FROM mail_refusals")
    assert (refusal["user_id"], refusal["code"]) == (USER, 550) and refusal["wait"].total_seconds() > 3600
    await database.execute("UPDATE mails SET put_at = now() - interval '1 hour'")
    await mailing.measure(database)
    shown = [REGISTRY.get_sample_value(f"sesame_{name}", {"service": "gateway"}) for name in ("mailboxes_refused", "mails_age_seconds")]
    assert shown == [1, 0], "what waits for another address waits for no server"
    said = "\n".join(await mail_report.report(database))
    assert f"Adresse refusée : {HOLDER}, code 550" in said and "test : 2 en attente" in said and "@" not in said
    await database.execute("UPDATE mails SET put_at = now() - interval '6 days', next_try = now() WHERE ended_at IS NULL")
    await database.execute("UPDATE mail_refusals SET retry_at = now()")
    await mailing.send_all(database, settings_of(mail_server))
    assert await database.fetchval("SELECT count(*) FROM mails WHERE outcome = 'given_up' AND letter IS NULL") == 1
    mail_server.refuses = None
    await database.execute("UPDATE mail_refusals SET retry_at = now()")
    await mailing.send_all(database, settings_of(mail_server))
    assert len(mail_server.mails) == 3 and await database.fetchval("SELECT count(*) FROM mail_refusals") == 0
    await mailing.measure(database)


async def test_not_1_another_address_is_not_refused_and_gets_what_waits(database: Connection, mail_server: MailServer) -> None:
    await told(database, log_of_an_action.awarded())
    await put(database, "first")
    mail_server.refuses, mail_server.refuses_alone = "550 no such user", EMAILS[USER]
    await mailing.send_all(database, settings_of(mail_server))
    await put(database, "second")
    await mailing.send_all(database, settings_of(mail_server))
    assert mail_server.mails == []
    await database.execute("UPDATE people SET body = body || '{\"email\": \"nouveau@scenes.example\"}' WHERE kind = 'user'")
    await database.execute("UPDATE mails SET next_try = now()")
    await mailing.send_all(database, settings_of(mail_server))
    assert [mail["To"] for mail in mail_server.mails] == ["nouveau@scenes.example"] * 2


@pytest.mark.parametrize("address", ["pas une adresse", "a@b@c", "à l’accent@scènes.example\n", "<>"])
async def test_not_1_what_is_no_address_holds_up_nobody(database: Connection, mail_server: MailServer, address: str) -> None:
    await told(database, log_of_an_action.awarded())
    await database.execute("UPDATE people SET body = jsonb_set(body, '{email}', to_jsonb($1::text)) WHERE kind = 'user'", address)
    await put(database, "lost")
    await put(database, "other", "somebody@elsewhere.example")
    mail_server.refuses, mail_server.refuses_alone = "501 syntax", address
    await mailing.send_all(database, settings_of(mail_server))
    assert "somebody@elsewhere.example" in [mail["To"] for mail in mail_server.mails]


async def test_not_1_what_is_put_twice_goes_once_even_long_after(database: Connection, mail_server: MailServer) -> None:
    await told(database, log_of_an_action.awarded())
    words = Words("Objet", "Texte\n", "<p>Texte</p>")
    assert await outbox.put(database, "stagiaire@ailleurs.example", "survey", words, key="survey 1")
    assert not await outbox.put(database, "stagiaire@ailleurs.example", "survey", words, key="survey 1")
    await mailing.send_all(database, settings_of(mail_server))
    assert not await outbox.put(database, "stagiaire@ailleurs.example", "survey", words, key="survey 1")
    await mailing.send_all(database, settings_of(mail_server))
    [mail] = mail_server.mails
    assert mail["To"] == "stagiaire@ailleurs.example" and "List-Unsubscribe" not in mail
    assert await database.fetchval("SELECT count(*) FROM mails WHERE address IS NOT NULL OR letter IS NOT NULL") == 0


async def test_prv_1_a_mail_to_somebody_who_is_erased_goes_no_more(database: Connection, mail_server: MailServer) -> None:
    log = await told(database, log_of_an_action.opened())
    person = personal.record_id(CONTRACT, log_of_an_action.FIRST)
    await put(database, "to a trainee", "stagiaire@ailleurs.example", person=person)
    await put(database, "to a user")
    erased = Log(_offsets=log._offsets)
    erased.put("personal", person.encode(), (), None)
    erased.put("personal", str(USER).encode(), (), None)
    await fold(erased, database)
    assert await database.fetchval("SELECT count(*) FROM mails") == 0


async def test_housekeeping_forgets_notes_and_mails_that_are_long_over(database: Connection) -> None:
    await told(database)
    await gather(database, PORTAL, at("2009-01-01"))
    await database.execute("UPDATE mails SET ended_at = now() - interval '401 days', outcome = 'sent', letter = NULL")
    await database.execute("UPDATE mail_notes SET noted_at = now() - interval '61 days'")
    await housekeeping.tidy(database, at("2009-01-02"))
    assert await database.fetchval("SELECT (SELECT count(*) FROM mails) + (SELECT count(*) FROM mail_notes)") == 0


async def test_not_1_a_mail_that_comes_back_later_says_that_its_address_is_refused_until_it_is_tried_again(
    database: Connection, mail_server: MailServer
) -> None:
    await told(database)
    [mail, *_] = await mailed(database, mail_server, at("2009-01-01"))
    mail_id = UUID(mail["Message-ID"].strip("<>").partition("@")[0])
    assert await bouncing.note(database, Bounce(mail_id, mail["To"].upper(), 550))
    refusal = await database.fetchrow("SELECT user_id, code, retry_at > now() + interval '23 hours' AS tomorrow FROM mail_refusals")
    assert refusal and tuple(refusal) == (USER, 550, True)
    assert any("Adresse refusée" in line for line in await mail_report.report(database))
    before = "INSERT INTO mails (id, key, kind, user_id, letter) VALUES (gen_random_uuid(), 'k', 'x', $1, $2)"
    await database.execute(before, USER, '{"subject": "x", "plain": "x", "html": "x"}')
    await mailing.send_all(database, settings_of(mail_server))
    assert await database.fetchval("SELECT outcome FROM mails WHERE key = 'k'") is None, "it waits"
