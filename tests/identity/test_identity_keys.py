"""Identity's two keys are changed while people log in: for as long as one takes the other's place, both are known (deploy/ROTATION.md)."""

import httpx
import pytest
from litestar import Litestar
from pydantic import SecretStr

from contracts import identity_http
from identity.api import router
from identity.tries import Tries
from tests.guide import SIRET
from tests.identity.conftest import FACTOR_KEY, KEY, IdentityInstallation
from tests.identity.test_identity_factor import CODE_WRONG, Phones, Somebody, careful, phones, user

__all__ = ["careful", "phones", "user"]

NEW = "the-next-key-of-second-factors"


async def test_acc_7_the_key_of_second_factors_is_changed_and_every_phone_goes_on(
    careful: Somebody, phones: Phones, monkeypatch: pytest.MonkeyPatch
):
    desk = careful.installation.desk
    half_open = await careful.half()
    monkeypatch.setitem(vars(desk.settings), "factor_key", SecretStr(f"{NEW}\n{FACTOR_KEY}"))
    assert "user_id" in await careful.enter(half_open, phones.next_code(careful.secret))
    assert "user_id" in await careful.enter(await careful.half(), careful.codes[0])
    assert await desk.factors.reseal() == (1, 0)
    assert "user_id" in await careful.come()
    monkeypatch.setitem(vars(desk.settings), "factor_key", SecretStr(NEW))
    assert "user_id" in await careful.come()
    assert await careful.enter(await careful.half(), careful.codes[1]) == CODE_WRONG, "a code from before opens by the old key alone"
    monkeypatch.setitem(vars(desk.settings), "factor_key", SecretStr(FACTOR_KEY))
    assert await desk.factors.reseal() == (0, 1)


async def test_the_gateway_may_show_each_of_identity_s_keys_and_a_browser_is_known_by_each(installation: IdentityInstallation):
    account = await installation.member(SIRET, "Une-phrase-assez-longue-2027")
    both = Tries(installation.pool, (NEW, KEY))
    for secrets in ((KEY,), (NEW,), (NEW, KEY)):
        assert both._knows(Tries(installation.pool, secrets).browser(account["user_id"]), account["user_id"])
    assert not Tries(installation.pool, (NEW,))._knows(Tries(installation.pool, (KEY,)).browser(account["user_id"]), account["user_id"])

    settings = installation.desk.settings.model_copy(update={"gateway_key": SecretStr(f"{NEW}\n{KEY}")})
    desk = type(installation.desk)(installation.pool, installation.engine, installation.desk.hasher, settings, installation.desk.mail_waits)
    app = Litestar([router(desk, installation.reception)], openapi_config=None, logging_config=None)
    path = f"{identity_http.ACCOUNTS}/{account['user_id']}"
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://identity") as client:
        answers = {
            key: (await client.get(path, headers={"Authorization": f"Bearer {key}"})).status_code for key in (NEW, KEY, "another", "")
        }
    assert answers == {NEW: 200, KEY: 200, "another": 401, "": 401}
