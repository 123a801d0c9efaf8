"""What of identity's mails waits is measured, and listed for the operator: passwords, and answers to who asked for an account."""

from prometheus_client import REGISTRY

from contracts.identity import RefuseAccountRequest, request_key
from identity import handlers, mail_queue
from tests.guide import SIRET
from tests.identity.conftest import IdentityInstallation
from tests.identity.test_identity_newcomers import ask, waiting


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


async def test_acc_04_a_refusal_is_as_old_as_its_tries(installation: IdentityInstallation) -> None:
    await ask(installation)
    (request,) = await waiting(installation)
    said = RefuseAccountRequest(request_id=request.request_id, email=request.email, reason="Inconnue ici")
    await installation.say(handlers.refuse_account_request, said, request_key(request.request_id))
    assert await measured(installation) == (1, 0, 0)
    # Nine tries: 10 s, 20, 40, 80, 160, then five minutes each; the next is due now.
    await installation.pool.execute("UPDATE account_requests SET attempts = 9, next_try = now()")
    assert await measured(installation) == (1, (10 + 20 + 40 + 80 + 160 + 4 * 300) // 60, 0)
    assert (await mail_queue.report(installation.pool))[0].startswith("refused : ")
