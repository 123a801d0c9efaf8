"""Texts and accounts are kept by one service, and neither is taken for the other."""

import json

import pytest

from contracts.codes import PublicText
from contracts.identity import DisableAccount, PublishText, text_key
from contracts.refusals.common import ChangedMeanwhile, NotFound
from identity import handlers
from tests.guide import SIRET
from tests.identity.conftest import IdentityInstallation

KEY = text_key(PublicText.CONTACT)


def asked(markdown: str, base_version: int) -> PublishText:
    return PublishText(name=PublicText.CONTACT, markdown=markdown, base_version=base_version)


async def test_acc_8_each_version_of_a_text_is_on_the_log_under_the_texts_own_key(installation: IdentityInstallation):
    await installation.say(handlers.publish_text, asked("Un", 0), KEY)
    await installation.say(handlers.publish_text, asked("Deux", 1), KEY)
    with pytest.raises(ChangedMeanwhile):
        await installation.say(handlers.publish_text, asked("Trois", 1), KEY)
    rows = await installation.pool.fetch("SELECT body FROM outbox WHERE key = $1 ORDER BY seq", KEY)
    assert [(body["version"], body["markdown"]) for body in (json.loads(row["body"]) for row in rows)] == [(1, "Un"), (2, "Deux")]


async def test_acc_6_a_text_is_no_account_and_an_account_no_text(installation: IdentityInstallation):
    await installation.award(siret=SIRET)
    await installation.say(handlers.publish_text, asked("Un", 0), KEY)
    for handler, command, key in (
        (handlers.publish_text, asked("Un", 0), SIRET),
        (handlers.publish_text, asked("Un", 0), text_key(PublicText.WELCOME)),
        (handlers.disable_account, DisableAccount(), KEY),
    ):
        with pytest.raises(NotFound):
            await installation.say(handler, command, key)
