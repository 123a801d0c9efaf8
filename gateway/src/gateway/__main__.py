"""`python -m gateway web | worker | rebuild | parked …`."""

import sys

import uvicorn

from chassis import logs
from chassis.doorkeeper import SERVING
from chassis.lifetime import ending_with_a_sentence
from chassis.settings import read
from contracts.operators import FRENCH
from gateway.settings import WebSettings
from gateway.web.app import create_app
from gateway.worker.service import run_worker


def main() -> None:
    """Run the process that the first argument names; the worker's module knows the operator's commands."""
    match sys.argv[1:]:
        case ["web"]:
            with ending_with_a_sentence(FRENCH):
                settings = read(WebSettings)
            logs.set_up("gateway-web", settings)
            uvicorn.run(
                create_app(settings),
                host=settings.http_host,
                port=settings.http_port,
                log_config=None,
                **SERVING,
                proxy_headers=bool(settings.trusted_proxies),
                forwarded_allow_ips=settings.trusted_proxies,
            )
        case _:
            run_worker(sys.argv[1:])


main()
