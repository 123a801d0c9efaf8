"""The home page of an organisation with 200 actions, logged in, against a bare handler that returns the same bytes from one row."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from gateway.web.session import COOKIE
from tests.gateway.region_in_march import region_in_march
from tests.gateway.running_portal import RunningPortal
from tests.infra import free_port

from . import bare
from .load import Load, ask
from .pages import pages, started, until_shown
from .row import Result

ACTIONS = 200
COPY = r"""
    INSERT INTO view.{table} ({columns})
    SELECT {columns} FROM (
        SELECT (jsonb_populate_record(NULL::view.{table}, regexp_replace(
            replace(to_jsonb(one)::text, contract_number,
                left(contract_number, 4) || 'Z' || lpad($2::int::text, 3, '0') || right(contract_number, 3)),
            '"[0-9a-f]{{8}}(-[0-9a-f]{{4}}-)', '"' || lpad(to_hex($2::int), 8, '0') || '\1', 'g'
        )::jsonb)).*
        FROM view.{table} AS one
        WHERE contract_number IN (SELECT contract_number FROM view.actions WHERE siret = $1 AND contract_number !~ 'Z')
    ) AS copied
"""
"""Its rows once more, under other contract numbers and ids."""


async def measure(short: bool) -> list[Result]:
    """Both in turn."""
    turns, seconds = (1, 4.0) if short else (4, 10.0)
    ours, bares = Load(), Load()
    async with _both() as (port, cookie, bare_port):
        for _ in range(turns):
            _add(ours, await ask(port, "/", cookie, seconds=seconds))
            _add(bares, await ask(bare_port, "/", cookie, seconds=seconds))
    share = ours.rate / bares.rate
    p99 = ours.cut(99) / bares.cut(99)
    figures = (
        f"{ours.rate:.0f} /s against {bares.rate:.0f}; p99 {ours.cut(99):.0f} ms against {bares.cut(99):.0f}; {ours.size / 1000:.0f} kB"
    )
    how = f"{ACTIONS} actions, 4 browsers that ask again at once, {turns} turns of {seconds:.0f} s each"
    met = share >= 0.5 and p99 <= 2
    return [Result("home page", f"{share:.0%} of its requests/s; p99 {p99:.1f} ×", "≥ 50 %; ≤ 2 ×", met, figures, how)]


def _add(load: Load, turn: Load) -> None:
    load.took += turn.took
    load.seconds += turn.seconds
    load.size = turn.size


@asynccontextmanager
async def _both() -> AsyncIterator[tuple[int, str, int]]:
    """The portal's web process and the bare one: their ports, and the secretary's cookie."""
    async with pages(_fill) as web, AsyncExitStack() as stack:
        bare_port, cookie = free_port(), f"{COOKIE}={web.portal.secretary.token}"
        await started(stack, ["tests.bench.bare", web.portal.dsn, str(bare_port)], {})
        html = await until_shown(web.port, cookie)
        await web.portal.db.execute(bare.SCHEMA)
        await web.portal.db.execute("INSERT INTO own.bare_pages VALUES (1, $1)", html)
        await until_shown(bare_port, cookie)
        yield web.port, cookie, bare_port


async def _fill(portal: RunningPortal) -> None:
    """The organisation of March, whose actions stand everywhere, so many times over that it has 200."""
    await region_in_march(portal)
    siret = portal.secretary.viewer.siret
    own = await portal.db.fetchval("SELECT count(*) FROM actions WHERE siret = $1", siret)
    tables = await portal.db.fetch(
        """
        SELECT table_name, string_agg(quote_ident(column_name), ', ') FILTER (WHERE is_generated = 'NEVER') AS columns
        FROM information_schema.columns WHERE table_schema = 'view'
        GROUP BY table_name HAVING bool_or(column_name = 'contract_number')
        """
    )
    for number in range(1, -(-ACTIONS // own)):
        for row in tables:
            await portal.db.execute(COPY.format(table=row["table_name"], columns=row["columns"]), siret, number)
    await portal.db.execute("INSERT INTO marks SELECT contract_number, gen_random_uuid() FROM actions ON CONFLICT DO NOTHING")
    await portal.db.execute("ANALYZE")
