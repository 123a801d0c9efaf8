"""Runbooks are tried: what goes wrong raises the alert of its name, in Prometheus itself; what its page says to do ends it, and what it
says of people is so. All on one small Sésame, one after the other: each leaves it as it was.
"""

import re
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.infra import free_port, local
from tests.log import eventually
from tests.mail_server import MailServer
from tests.operate import tried_alarms, tried_faults, tried_mails, tried_messages, tried_processes  # noqa: F401  # each fills the table
from tests.operate.runbooks import PAGES, RUNBOOKS, Watched
from tests.operate.watching import RULES, binaries, watching
from tests.small import standing

pytestmark = pytest.mark.timeout(300)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def watched(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Watched]:
    """On a Kafka and a PostgreSQL that no other test comes to: they are frozen here."""
    mails = MailServer(free_port())
    await mails.open()
    told = {
        "SESAME_SMTP": f"127.0.0.1:{mails.port}",
        "SESAME_SMTP_SECURITY": "PLAINTEXT",
        "SESAME_PORTAL_URL": "https://sesame.example",
    }
    folder: Path = tmp_path_factory.mktemp("prometheus")
    with local() as infra:
        async with standing(infra, **told) as small, watching(folder) as watcher:
            together = Watched(small, watcher, mails)
            together.look()
            await eventually(lambda: watcher.query('sesame_ready{service="gateway-web"} == 1'), within=60)
            yield together
            assert await watcher.unhealthy() == []
    await mails.close()


@pytest.mark.parametrize(("what", "file"), [("check", RULES), ("test", RULES.with_name("rules_test.yml"))])
def test_prometheus_s_own_tool_reads_the_rules_and_they_begin_and_end_when_they_should(what: str, file: Path):
    done = subprocess.run([binaries() / "promtool", what, "rules", file], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_runbook_is_tried_but_those_of_what_others_than_our_processes_measure():
    tried = {tried.alert for tried in RUNBOOKS.values()}
    assert tried | {"BackupMissing", "AuditMissing", "DiskFilling"} == set(re.findall(r"^## (\w+)$", PAGES, re.MULTILINE))


@pytest.mark.parametrize("name", RUNBOOKS)
async def test_a_runbook_holds(name: str, watched: Watched):
    await RUNBOOKS[name].follow(watched)
