"""`python -m sesame_local settings`: writes the page of all settings from what each process declares."""

from collections.abc import Mapping
from typing import Any, get_args

from pydantic import SecretStr

from auditor.settings import AuditSettings
from backup.settings import BackupSettings
from billing.settings import BillingSettings
from chassis.settings import Settings, variable
from clock.calendar import ClockSettings
from gateway.settings import GatewaySettings, WebSettings
from identity.settings import IdentitySettings
from sesame_local.place import REPOSITORY

PAGE = REPOSITORY / "deploy" / "SETTINGS.md"
PROCESSES: Mapping[str, type[Settings]] = {
    "identity": IdentitySettings,
    "actions": Settings,
    "declarations": Settings,
    "billing": BillingSettings,
    "surveys": Settings,
    "clock": ClockSettings,
    "gateway worker": GatewaySettings,
    "gateway web": WebSettings,
    "auditor": AuditSettings,
    "backup": BackupSettings,
}
"""What each process is told."""

BEGIN = """\
# Settings

Written by `python -m sesame_local settings` from what the processes declare; `make check` fails while it is out of step.

Each setting is an environment variable, or stands in a file: `SESAME_DATABASE_FILE=/run/secrets/database` is read instead of
`SESAME_DATABASE`, at the process's start, without the white space at both ends. So it is with every one below; those marked *secret* are
meant for it. A process whose settings are missing or wrong ends at once, with a sentence for each that names it, and never what it holds.
[ROTATION.md](ROTATION.md) says how a secret is changed while everything runs.

"""

END = """
## Traces

OpenTelemetry's own variables, of every process that runs on, read by its SDK
([all of them](https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/)). Without the first there is no trace, and
nothing is loaded for it ([why so](../decisions/0025-traces.md)). In compose the first stands in `.env`, and the profile `traces` has a
collector; in a cluster both stand in the ConfigMap `settings`, and policies let processes out to the namespace that has the label
`sesame/traces=true`.

| variable | what it says |
|---|---|
"""

OF_TRACES: Mapping[str, str] = {
    "`OTEL_TRACES_EXPORTER`": "`otlp` sends traces, by HTTP with protobuf; `none`, the default, none",
    "`OTEL_EXPORTER_OTLP_ENDPOINT`": "where to, `http://localhost:4318` by default; `…_HEADERS`, `…_CERTIFICATE` as the SDK has them",
    "`OTEL_TRACES_SAMPLER`, `OTEL_TRACES_SAMPLER_ARG`": (
        "which requests are kept: by default `parentbased_traceidratio` of `0.1`, one in ten; drawn by whoever begins a trace, which is "
        "`gateway web`, and a service that reads what the finance system sends"
    ),
    "`OTEL_SERVICE_NAME`, `OTEL_RESOURCE_ATTRIBUTES`": "what the process is called: `sesame-<its name>` by default",
}


def write() -> None:
    """The page as it is now."""
    PAGE.write_text(page())


def page() -> str:
    """What the page holds: a table of what several processes have, and one of each process's own."""
    parts = [BEGIN, "## Of several processes\n\n| variable | what it says | by default | whose |\n|---|---|---|---|\n"]
    every = {name: kind for kind in PROCESSES.values() for name in kind.model_fields}
    rows: dict[tuple[str, str], list[str]] = {}
    for name in every:
        for process, kind in _who_has(name).items():
            rows.setdefault((name, _told(kind, name)), []).append(process)
    parts += [f"| `{variable(name)}` | {told} | {_whose(whose)} |\n" for (name, told), whose in rows.items() if len(whose) > 1]
    for process in PROCESSES:
        own = [(name, told) for (name, told), whose in rows.items() if whose == [process]]
        if own:
            parts.append(f"\n## Of `{process}` alone\n\n| variable | what it says | by default |\n|---|---|---|\n")
            parts += [f"| `{variable(name)}` | {told} |\n" for name, told in own]
    return "".join([*parts, END, *(f"| {name} | {told} |\n" for name, told in OF_TRACES.items())])


def _who_has(name: str) -> dict[str, type[Settings]]:
    return {process: kind for process, kind in PROCESSES.items() if name in kind.model_fields and name not in kind.leaves_out}


def _told(kind: type[Settings], name: str) -> str:
    """What is said of it, and its default, as two cells."""
    field = kind.model_fields[name]
    what = " ".join((field.description or "").split()).replace("|", "\\|")
    secret = "*Secret.* " if is_secret(kind, name) else ""
    return f"{secret}{what} | {'*required*' if field.is_required() else _default(field.get_default(call_default_factory=True))}"


def is_secret(kind: type[Settings], name: str) -> bool:
    """Whether it opens something: a password, a key, an address with a password in it."""
    annotation = kind.model_fields[name].annotation
    return annotation is SecretStr or SecretStr in get_args(annotation) or name in {"database", "databases"}


def _default(value: Any) -> str:
    if isinstance(value, SecretStr):
        value = value.get_secret_value()
    if isinstance(value, bool):
        value = str(value).lower()
    return f"`{value}`" if value not in ("", (), {}) else ""


def _whose(processes: list[str]) -> str:
    everybody = list(PROCESSES)
    missing = [process for process in everybody if process not in processes]
    if not missing:
        return "all"
    if len(missing) < len(processes):
        return "all but " + ", ".join(f"`{process}`" for process in missing)
    return ", ".join(f"`{process}`" for process in processes)
