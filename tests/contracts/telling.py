"""The settings of each process, for who holds a deployment against them."""

from collections.abc import Mapping
from importlib import import_module

from auditor.settings import AuditSettings
from chassis.settings import Settings
from clock.calendar import ClockSettings
from gateway.settings import GatewaySettings, WebSettings

KINDS: dict[str, type[Settings]] = {
    **{name: import_module(f"{name}.app").service.settings for name in ("identity", "actions", "declarations", "billing", "surveys")},
    "clock": ClockSettings,
    "gateway-worker": GatewaySettings,
    "gateway-web": WebSettings,
    "auditor": AuditSettings,
}


def known(process: str) -> set[str]:
    """The variables that a process looks at."""
    return {f"SESAME_{name.upper()}" for name in KINDS[process].model_fields}


def missing(process: str, told: Mapping[str, str]) -> set[str]:
    """Those that it must have, and is not told."""
    fields = KINDS[process].model_fields
    return {variable for name, field in fields.items() if field.is_required() and (variable := f"SESAME_{name.upper()}") not in told}
