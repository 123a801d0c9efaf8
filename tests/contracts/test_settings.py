"""Settings: one page tells all of them; what is missing or wrong ends a process with a sentence that names it, and never what it holds."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from chassis.settings import Settings, SettingsWrong, is_of_many, variable
from contracts.operators import FRENCH
from sesame_local.settings import PAGE, PROCESSES, is_secret, page

GOOD = {
    "SESAME_KAFKA": "broker:9092",
    "SESAME_DATABASE": "postgresql://billing:hunter2@db/billing",
    "SESAME_PORTAL_URL": "https://sesame.example",
    "SESAME_IDENTITY_URL": "https://identity:8443",
    "SESAME_GATEWAY_KEY": "the-gateway-s-own-key",
    "SESAME_FACTOR_KEY": "the-key-of-second-factors",
    "SESAME_REGION_SIRET": "23340000100019",
    "SESAME_TRUSTED_PROXIES": "10.0.0.0/8",
    "SESAME_DATABASES": '{"billing": "postgresql://auditor:hunter2@db/billing"}',
}
"""What no process goes without, and what takes no text at all."""
NONSENSE = "hunter2 \x00 ["
EVERY = [(process, name) for process, kind in PROCESSES.items() for name in kind.model_fields if name not in kind.leaves_out]


def test_no_kind_of_settings_is_left_out_of_the_page() -> None:
    root, declared = Path(__file__).parents[2], set[str]()
    for folder in ("auditor", "backup", "chassis", "clock", "gateway", "services"):
        for path in (root / folder).rglob("*.py"):
            declared |= set(re.findall(r"^class (\w+Settings|Settings)\(", path.read_text(), re.MULTILINE))
    assert declared == {kind.__name__ for kind in PROCESSES.values()} | {"MailSettings"}


def test_the_page_of_settings_is_in_step() -> None:
    assert PAGE.read_text() == page(), "python -m sesame_local settings"


@pytest.mark.parametrize(("process", "name"), EVERY, ids=lambda each: str(each))
def test_every_setting_says_what_it_is(process: str, name: str) -> None:
    assert PROCESSES[process].model_fields[name].description


@pytest.mark.parametrize(("process", "name"), EVERY, ids=lambda each: str(each))
def test_every_setting_comes_from_a_file_as_well_and_not_from_both(process: str, name: str, tmp_path: Path) -> None:
    kind, file = PROCESSES[process], tmp_path / "secret"
    text = GOOD.get(variable(name)) or _text(kind, name)
    file.write_text(f"{text}\n")
    rest = {key: value for key, value in GOOD.items() if key != variable(name)}
    known = kind.told(rest | {f"{variable(name)}_FILE": str(file)})
    assert known == kind.told(rest | {variable(name): text})
    assert _sentence(kind, rest | {f"{variable(name)}_FILE": str(file), variable(name): text}).startswith(f"{variable(name)} et ")
    assert variable(name) in _sentence(kind, rest | {f"{variable(name)}_FILE": str(tmp_path / "none")})


@pytest.mark.parametrize(
    ("process", "name"), [(process, name) for process, name in EVERY if PROCESSES[process].model_fields[name].is_required()]
)
def test_one_that_is_missing_is_named_with_what_it_says(process: str, name: str) -> None:
    said = _sentence(PROCESSES[process], {key: value for key, value in GOOD.items() if key != variable(name)})
    assert said.startswith(f"{variable(name)} manque. ") and _what(PROCESSES[process], name) in said


def wrong() -> Iterator[tuple[str, str]]:
    """Those that do not take any text at all."""
    for process, name in EVERY:
        if PROCESSES[process].model_fields[name].annotation not in (str, SecretStr) or variable(name) in (
            "SESAME_SMTP",
            "SESAME_REGION_SIRET",
        ):
            yield process, name


@pytest.mark.parametrize(("process", "name"), [*wrong()], ids=lambda each: str(each))
def test_one_that_is_wrong_is_named_with_what_it_says_and_without_what_it_holds(process: str, name: str) -> None:
    kind = PROCESSES[process]
    said = _sentence(kind, GOOD | {variable(name): NONSENSE})
    assert said.startswith(variable(name)) and _what(kind, name) in said
    assert "hunter2" not in said


@pytest.mark.parametrize(
    ("process", "name", "text"),
    [
        ("gateway web", "trusted_proxies", "hunter2"),
        ("gateway web", "identity_url", "hunter2"),
        ("gateway web", "gateway_key", "hunter2"),
        ("gateway web", "late_rates", '{"hunter2": "1"}'),
        ("gateway web", "late_rates", '{"2026-01-01": "hunter2"}'),
        ("identity", "gateway_key", "the-gateway-s-own-key\nhunter2"),
        ("identity", "factor_key", "hunter2"),
        ("identity", "factor_key", ""),
        ("identity", "portal_url", ""),
        ("billing", "kept_years", "0"),
        ("billing", "health_port", "70000"),
        ("auditor", "databases", '["hunter2"]'),
        ("auditor", "secrets", "hunter2"),
    ],
)
def test_what_only_looks_right_is_named_too(process: str, name: str, text: str) -> None:
    said = _sentence(PROCESSES[process], GOOD | {variable(name): text})
    assert said.startswith(f"{variable(name)} ") and "hunter2" not in said


def test_all_that_is_wrong_is_said_at_once() -> None:
    said = _sentence(PROCESSES["identity"], {"SESAME_KAFKA": "broker:9092", "SESAME_HTTP_PORT": "x", "SESAME_FACTOR_KEY": "short"})
    assert [word for word in said.split() if word.startswith("SESAME_")] == [
        *("SESAME_DATABASE", "SESAME_HTTP_PORT", "SESAME_PORTAL_URL", "SESAME_GATEWAY_KEY", "SESAME_FACTOR_KEY")
    ]


def test_a_secret_is_told_apart_by_its_kind() -> None:
    assert {name for process, name in EVERY if is_secret(PROCESSES[process], name)} == {
        *("kafka_password", "database", "databases", "smtp_password", "gateway_key", "factor_key", "secrets")
    }


def _sentence(kind: type[Settings], environment: dict[str, str]) -> str:
    with pytest.raises(SettingsWrong) as caught:
        kind.told(environment)
    assert caught.value.__cause__ is None
    return caught.value.told(FRENCH)


def _what(kind: type[Settings], name: str) -> str:
    return " ".join((kind.model_fields[name].description or "?").split())


def _text(kind: type[Settings], name: str) -> str:
    """What a default would be as text, or anything."""
    default = kind.model_fields[name].get_default(call_default_factory=True)
    if is_of_many(kind, name):
        return "{}" if default == {} else "[]"
    return (
        str(default)
        if default and not isinstance(default, SecretStr)
        else "x"
        if default == "" or isinstance(default, SecretStr)
        else str(default)
    )
