"""Local time can be moved; production's cannot, by construction."""

import importlib.metadata
import os
import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from chassis import instant
from sesame_local import timeshift
from sesame_local.place import REPOSITORY


@pytest.fixture(autouse=True)
def asked_anew() -> Iterator[None]:
    instant._source.cache_clear()
    yield
    instant._source.cache_clear()


def test_where_the_local_tools_are_not_installed_it_is_the_wall_clocks_time(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    timeshift.write(tmp_path / "shift", datetime(2007, 9, 3, tzinfo=UTC))
    monkeypatch.setenv(timeshift.VARIABLE, str(tmp_path / "shift"))
    monkeypatch.setattr(instant, "entry_points", lambda **_: importlib.metadata.EntryPoints())
    assert abs(instant.now() - datetime.now(UTC)) < timedelta(seconds=1)


def test_a_process_is_in_an_installations_time_until_it_is_done(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(timeshift.VARIABLE, "before")
    target = datetime(2007, 9, 3, tzinfo=UTC)
    timeshift.write(tmp_path / "shift", target)
    with timeshift.followed(tmp_path / "shift"):
        assert abs(instant.now() - target) < timedelta(seconds=1)
    assert os.environ[timeshift.VARIABLE] == "before"


def test_only_the_local_tools_bring_a_clock_of_their_own() -> None:
    projects = [tomllib.loads(file.read_text())["project"] for file in REPOSITORY.glob("**/pyproject.toml") if ".venv" not in file.parts]
    assert [project["name"] for project in projects if "sesame.clock" in project.get("entry-points", {})] == ["sesame-local"]
    deployed = [project for project in projects if project["name"] not in ("sesame", "sesame-local")]
    assert len(deployed) == 11
    assert not any("sesame-local" in project["dependencies"] for project in deployed)


def test_where_they_are_installed_it_is_what_the_file_says(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    target = datetime(2027, 3, 5, 8, tzinfo=UTC)
    timeshift.write(tmp_path / "shift", target)
    monkeypatch.setenv(timeshift.VARIABLE, str(tmp_path / "shift"))
    assert abs(instant.now() - target) < timedelta(seconds=1)
    (tmp_path / "shift").unlink()
    assert abs(instant.now() - datetime.now(UTC)) < timedelta(seconds=1)
