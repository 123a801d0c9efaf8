"""The programme system's sandbox, as `make sandbox PARTNER=programme` opens it: the sample client does what there is to do."""

import asyncio
import json
import os
import runpy
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sesame_local.place import PORTS, Place
from sesame_local.sample import environment, path
from sesame_local.sandbox.installation import Sandbox
from sesame_local.sandbox.programme import PROGRAMME, history
from tests.infra import free_ports

Asked = tuple[str, dict[str, Any] | str]


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    folder = Path(tempfile.mkdtemp(prefix="sesame-tests-"))
    opened = Sandbox(Place(folder, free_ports(len(PORTS))), print, PROGRAMME)
    try:
        opened.open()
        yield opened
    finally:
        opened.down()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def client(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """The sample client's functions, as it would run: it knows an address, a name and a password."""
    for name, value in environment(sandbox.place, "programme", PROGRAMME.today).items():
        monkeypatch.setitem(os.environ, name, value)
    return runpy.run_path(str(path("programme")))


def award(number: int, ask: str = "award", *, key: int = 0, **terms: Any) -> Asked:
    body = history.contract(f"2026SBP{number:02}").model_dump(mode="json")
    return f"2026SBP{key or number:02}", {"ask": ask, **body, "terms": body["terms"] | terms}


def withdraw(number: int) -> Asked:
    return f"2026SBP{number:02}", {"ask": "withdraw", "number": f"2026SBP{number:02}"}


def plays() -> Iterator[list[Asked]]:
    """What a client sends for each scenario, in order: key and body."""
    other, dear = {"title": "UN AUTRE TITRE"}, {"centre": {"hours": "812.00", "price": "1.00", "rate": "5.00"}}
    without = {name: part for name, part in dict(award(9)[1]).items() if name != "trainers"}
    yield [award(1)]
    yield [award(2), award(2)]
    yield [award(3), award(3, **other), award(3, "replace", **other)]
    yield [award(4), withdraw(4), withdraw(4)]
    yield [withdraw(5)]
    yield [award(6)]
    yield [withdraw(7)]
    yield [award(8, **dear), award(8)]
    yield [("2026SBP09", "bonjour"), ("2026SBP09", without), award(9)]
    yield [award(11, key=10), award(10)]


async def test_act_01_the_sample_client_does_all_there_is_to_do_and_a_bad_one_is_told_what_it_did(
    sandbox: Sandbox, client: dict[str, Any]
) -> None:
    async def play(asked: list[Asked]) -> None:
        for key, body in asked:
            assert await client["send"](key, body)

    await asyncio.gather(*map(play, plays()))
    came = await asyncio.to_thread(sandbox.report)
    assert came.is_done, "\n".join(came.lines())
    assert not came.found

    key, wrong = award(12, vote_date="26/06/2026")
    await play([(key, wrong), ("2026SBP13", json.dumps(dict(withdraw(14)[1])))])
    said = "\n".join((await asyncio.to_thread(sandbox.report)).lines())
    assert "La date « 26/06/2026 » (terms.vote_date) n'en est pas une" in said
    assert "La valeur n'est pas un objet JSON en UTF-8" in said
