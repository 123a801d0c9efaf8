"""The web process: its pages on one port, what its operator asks on another."""

import gc
from typing import Any

from chassis.http import health, serving, serving_health
from chassis.lifetime import Lifetime
from gateway.settings import WebSettings

from .app import create_app
from .health import missing

NAME = "gateway-web"
"""What it is called, where a process has a name."""


async def serve(settings: WebSettings, lifetime: Lifetime) -> None:
    """Until its lifetime ends. Raises Trouble when a port cannot be had."""
    app = create_app(settings)
    # What is there from now on to the end is never garbage: looking through it held every page up for a fifth of a second now and then.
    gc.collect()
    gc.freeze()
    # A request says where it comes from only through a proxy that is trusted; without one it comes from whoever has connected.
    proxies: dict[str, Any] = {"proxy_headers": bool(settings.trusted_proxies), "forwarded_allow_ips": settings.trusted_proxies}
    async with (
        serving_health(health(NAME, lambda: True, lambda: missing(app)), settings, lifetime.fail),
        serving(app, settings, lifetime.fail, NAME, lifespan="on", **proxies),
    ):
        await lifetime.ended()
