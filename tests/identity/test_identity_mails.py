"""What of identity's mails waits is measured, and listed for the operator: passwords, and answers to who asked for an account.
Each goes on with the trace that caused it.
"""

import pytest
from prometheus_client import REGISTRY

from chassis import tracing
from contracts.identity import RefuseAccountRequest, request_key
from identity import factor_store, handlers, mail_queue, store
from identity.factor_mail import FactorMailer
from tests.collector import Collector, collector, told_to
from tests.guide import SIRET
from tests.identity.conftest import IdentityInstallation
from tests.identity.test_identity_newcomers import ask, waiting

__all__ = ["collector"]


async def measured(installation: IdentityInstallation) -> tuple[float, float, float]:
    """Mails that wait, the age of the oldest in whole minutes, and how many addresses are refused."""
    await mail_queue.measure(installation.pool)
    count, age, refused = (
        REGISTRY.get_sample_value(f"sesame_{name}", {"service": "identity"}) or 0
        for name in ("mails_waiting", "mails_age_seconds", "mailboxes_refused")
    )
    return count, age // 60, refused


def counted(outcome: str) -> float:
    return REGISTRY.get_sample_value("sesame_mails_total", {"service": "identity", "outcome": outcome}) or 0


async def older(installation: IdentityInstallation, minutes: int) -> None:
    """What waits has waited for so long, and is due."""
    await installation.pool.execute("UPDATE mailings SET requested_at = now() - make_interval(mins => $1), next_try = now()", minutes)


async def test_a_password_that_waits_for_the_mail_server_is_measured_and_listed(installation: IdentityInstallation) -> None:
    assert await measured(installation) == (0, 0, 0)
    assert await mail_queue.report(installation.pool) == ["Aucun courriel n’attend."]
    await installation.award()
    await older(installation, 20)
    before = counted("put_off"), counted("sent")
    await installation.server.close()
    await installation.mailer._deliver_one()
    assert await measured(installation) == (1, 20, 0)
    assert (counted("put_off"), counted("sent")) == (before[0] + 1, before[1])
    (line,) = await mail_queue.report(installation.pool)
    assert line.startswith(f"first : {SIRET}, depuis le ") and "essais : 1, nouvel essai" in line and "@" not in line
    await installation.server.open()
    await older(installation, 20)
    await installation.mail()
    assert await measured(installation) == (0, 0, 0) and counted("sent") == before[1] + 1


async def test_an_address_that_is_refused_counts_as_refused_and_waits_for_nobody_s_server(installation: IdentityInstallation) -> None:
    await installation.award()
    await older(installation, 20)
    before = counted("refused")
    installation.server.refuses = "550 5.1.1 no such user"
    await installation.mailer._deliver_one()
    assert await measured(installation) == (1, 0, 1) and counted("refused") == before + 1
    assert "adresse refusée" in (await mail_queue.report(installation.pool))[0]


async def refuse(installation: IdentityInstallation) -> None:
    """Somebody asks for an account and gets none."""
    await ask(installation)
    (request,) = await waiting(installation)
    said = RefuseAccountRequest(request_id=request.request_id, email=request.email, reason="Inconnue ici")
    await installation.say(handlers.refuse_account_request, said, request_key(request.request_id))


async def test_acc_04_a_refusal_waits_since_it_was_said_however_often_it_was_tried(installation: IdentityInstallation) -> None:
    await refuse(installation)
    assert await measured(installation) == (1, 0, 0)
    await installation.pool.execute("UPDATE account_requests SET attempts = 9, refused_at = now() - interval '25 minutes'")
    assert await measured(installation) == (1, 25, 0)
    assert (await mail_queue.report(installation.pool))[0].startswith("refused : ")
    # By the version before, of which the column is empty.
    await installation.pool.execute("UPDATE account_requests SET refused_at = NULL")
    assert await measured(installation) == (1, 0, 0)
    assert (await mail_queue.report(installation.pool))[0].startswith("refused : ")


async def test_each_mail_goes_on_with_the_trace_that_is_in_its_row(
    installation: IdentityInstallation, collector: Collector, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in told_to(collector, "parentbased_always_on").items():
        monkeypatch.setenv(name, value)
    end = tracing.set_up("identity")
    try:
        with tracing.begun("an award"):
            await installation.award()
        with tracing.begun("a refusal"):
            await refuse(installation)
        (user_id,) = [row["user_id"] for row in await installation.pool.fetch("SELECT user_id FROM accounts")]
        with tracing.begun("a code"):
            await factor_store.ask_mail(installation.pool, user_id, "recovery", tracing.current())
        mailers = (installation.mailer._deliver_one, FactorMailer(installation.pool, installation.mailer.postman).send_one)
        while any([await send() for send in mailers]):
            pass
    finally:
        end()
    spans = {span.name: span for _, span in collector.spans}
    for cause, mailed in (("an award", "mail first"), ("a refusal", "mail refused"), ("a code", "mail factor recovery")):
        assert (spans[mailed].trace_id, spans[mailed].parent_span_id) == (spans[cause].trace_id, spans[cause].span_id)


async def test_a_mail_that_no_trace_caused_is_of_none_and_one_that_is_asked_for_again_is_of_the_last(
    installation: IdentityInstallation,
) -> None:
    await installation.award()
    await refuse(installation)
    (user_id,) = [row["user_id"] for row in await installation.pool.fetch("SELECT user_id FROM accounts")]
    await factor_store.ask_mail(installation.pool, user_id, "recovery", None)
    for table in ("mailings", "account_requests", "factor_mails"):
        assert [row["trace"] for row in await installation.pool.fetch(f"SELECT trace FROM {table}")] == [None], table
    for trace in (f"00-{'4b' * 16}-{'ab' * 8}-01", None):
        await store.ask_mail(installation.pool, user_id, "first", trace=trace)
        assert await installation.pool.fetchval("SELECT trace FROM mailings") == trace
