"""Whether the web process lives and can serve (it needs its database, nothing else), and its metrics."""

from litestar import Response, get
from litestar.di import NamedDependency
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from .portal import Portal


@get("/live", sync_to_thread=False)
def live() -> Response[str]:
    """The process answers."""
    return Response("vivant", media_type="text/plain")


@get("/ready")
async def ready(portal: NamedDependency[Portal]) -> Response[str]:
    """The database answers, with the tables that pages need."""
    await portal.db.fetchval("SELECT count(*) FROM (SELECT FROM actions, commands LIMIT 1) AS any_row")
    return Response("prêt", media_type="text/plain")


@get("/metrics", sync_to_thread=False)
def metrics() -> Response[bytes]:
    """For the operator's Prometheus."""
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)


ROUTES = [live, ready, metrics]
