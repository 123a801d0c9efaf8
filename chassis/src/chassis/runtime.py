"""A running process."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .service import Service
from .settings import Settings


class Runtime:
    """What a service's own parts may use while it runs."""

    service: Service
    settings: Any

    def __init__(self, service: Service, settings: Settings) -> None:
        self.service, self.settings = service, settings


def main(service: Service, arguments: Sequence[str] | None) -> None:
    """Runs `service`."""
    raise SystemExit(f"{service.name}: {arguments}")
