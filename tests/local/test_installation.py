"""`make up` and what goes with it: what only starting everything as a person does can show."""

import asyncio
import os
import signal
import stat
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psutil
import pytest

from clock.days import PARIS
from sesame_local import mail, timeshift
from sesame_local.move import move, parse
from sesame_local.place import Place, Trouble
from sesame_local.supervise import FOUNDATION, PROCESSES, Installation, Supervisor
from sesame_local.up import Up
from tests.forks import Forked, is_ready, python_m
from tests.log import eventually

pytestmark = pytest.mark.timeout(400)


def pids(place: Place) -> dict[str, int]:
    supervisor = Supervisor(Installation(place))
    return {name: supervisor.pid(name) for name in (*FOUNDATION, *PROCESSES)}


def ready(place: Place, process: str) -> bool:
    return asyncio.run(is_ready(place.port(process)))


def calendar(place: Place) -> int:
    return Installation(place).broker.kafka.written("calendar", 1)


@pytest.mark.parametrize("command", ["finance list", "run billing parked list", "clock 2099-01-01T09:00", "backup there", "restore there"])
async def test_what_needs_an_installation_that_runs_says_so(tmp_path: Path, command: str) -> None:
    environment = {"SESAME_FOLDER": str(tmp_path), "SESAME_PORT": "20100"}
    ended = await Forked(python_m, "sesame_local", *command.split(), environment=environment).ended()
    assert ended == (1, "Sésame ne tourne pas ; lancez d'abord « make up ».\n")


def test_up_ends_when_everything_is_ready_and_says_how_to_log_in(place: Place, said: list[str]) -> None:
    assert [name for name in PROCESSES if not ready(place, name)] == []
    assert any("Identifiant : agent" in line for line in said)
    letter = mail.readable(mail.caught(place.mails)[0])
    assert "À : agent@region.example" in letter
    assert place.portal_url in letter


def test_up_again_starts_nothing_anew(place: Place) -> None:
    before, lines = pids(place), list[str]()
    Up(place, lines.append).up()
    assert pids(place) == before
    assert any("déjà un agent" in line for line in lines)


def test_what_holds_passwords_is_its_owners_alone(place: Place) -> None:
    for file in ("secrets.json", "supervisor.conf", "kafka/server.properties"):
        assert stat.S_IMODE((place.folder / file).stat().st_mode) == 0o600


def test_what_dies_is_started_again(place: Place) -> None:
    victim = pids(place)["surveys"]
    os.kill(victim, signal.SIGKILL)
    deadline = time.monotonic() + 60
    while pids(place)["surveys"] in (0, victim) or not ready(place, "surveys"):
        assert time.monotonic() < deadline
        time.sleep(0.2)


def test_a_busy_port_is_said_in_a_sentence(place: Place, tmp_path: Path) -> None:
    with pytest.raises(Trouble, match=f"Le port {place.base_port} .* est déjà occupé"):
        Up(Place(tmp_path, place.base_port), lambda _: None).up()


def test_t_2_days_pass_for_everybody_before_the_time_moves_and_it_never_goes_back(place: Place) -> None:
    target = (datetime.now(PARIS) + timedelta(days=10)).replace(hour=9, minute=0, second=0, microsecond=0)
    before = calendar(place)
    move(place, target, lambda _: None)
    assert calendar(place) == before + 10
    assert abs(datetime.now(UTC) + timeshift.offset(place.time_shift) - target) < timedelta(seconds=30)
    with pytest.raises(Trouble, match="ne recule pas"):
        move(place, target - timedelta(days=1), lambda _: None)
    time.sleep(2)  # the clock has looked at the time by now
    assert calendar(place) == before + 10


async def test_a_backup_is_taken_and_a_service_restored_as_the_makefile_does(place: Place, tmp_path: Path) -> None:
    environment = {"SESAME_FOLDER": str(place.folder), "SESAME_PORT": str(place.base_port)}
    before = pids(place)
    for command in (("backup", str(tmp_path / "backup")), ("restore", str(tmp_path / "backup"), "surveys")):
        code, said = await Forked(python_m, "sesame_local", *command, environment=environment).ended(120)
        assert code == 0, said
    assert "surveys : restaurée" in said
    await eventually(lambda: is_ready(place.port("surveys")), 60)
    assert {name for name, pid in pids(place).items() if pid != before[name]} == {"surveys"}


def test_down_stops_what_a_killed_supervisor_left_behind(place: Place) -> None:
    running = list(pids(place).values())
    os.kill(int((place.folder / "supervisor.pid").read_text()), signal.SIGKILL)
    Up(place, lambda _: None).down()
    assert [pid for pid in running if psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE] == []


@pytest.mark.parametrize("text", ["demain", "2027-13-01T09:00", ""])
def test_a_time_that_is_none_is_said_in_a_sentence(text: str) -> None:
    with pytest.raises(Trouble, match="n'est pas une date et une heure"):
        parse(text)


@pytest.mark.parametrize("port", ["80", "huit mille", "65535"])
def test_a_base_port_that_cannot_be_is_said_in_a_sentence(port: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SESAME_PORT", port)
    with pytest.raises(Trouble, match="SESAME_PORT doit être un nombre"):
        Place.from_environment()
