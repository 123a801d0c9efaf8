"""Prometheus itself, Debian's, looks at real processes with the rules as they are."""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import yaml

from tests.infra import free_port
from tests.log import eventually
from tests.operate.debian import debian

ROOT = Path(__file__).parents[2]
RULES = ROOT / "deploy/prometheus/rules.yml"
WINDOWS = {"30m": "30s", "10m": "15s", "5m": "15s", "1h": "15s"}
"""Over what the rules look here: nobody waits for minutes."""
FIFTY_IN_TEN_MINUTES = ("> 50", "> 1.25")
"""The same in that window."""
EXPRESSIONS: dict[str, str] = {
    rule["alert"]: re.sub(r"(?<=\[|\s)\d+[mh](?=\]|\)|$)", lambda window: WINDOWS[window[0]], rule["expr"], flags=re.MULTILINE)
    for group in yaml.safe_load(RULES.read_text())["groups"]
    for rule in group["rules"]
}
EXPRESSIONS["BatchesGivenBack"] = EXPRESSIONS["BatchesGivenBack"].replace(*FIFTY_IN_TEN_MINUTES)
CONFIGURATION = """\
global: {scrape_interval: 1s, evaluation_interval: 1s}
rule_files: [RULES]
scrape_configs:
  - job_name: sesame
    file_sd_configs: [{files: [targets.json], refresh_interval: 1s}]
"""


def binaries() -> Path:
    """Where prometheus and promtool are. Raises AssertionError with a sentence when they cannot be had."""
    return debian("prometheus", "promtool")


@dataclass
class Watcher:
    """A running Prometheus."""

    folder: Path
    http: httpx.AsyncClient

    def watch(self, addresses: Sequence[str]) -> None:
        """These processes, by the addresses of their metrics; a moment later no others."""
        names = [address.removeprefix("http://").removesuffix("/metrics") for address in addresses]
        written = self.folder / "targets.new"
        written.write_text(json.dumps([{"targets": names}]))
        written.rename(self.folder / "targets.json")

    async def fires(self, alert: str, **labels: str) -> bool:
        """Whether the rule's expression holds now for these labels: the alert itself follows after its `for`."""
        return any(labels.items() <= each["metric"].items() for each in await self.query(EXPRESSIONS[alert]))

    async def query(self, expression: str) -> list[dict[str, Any]]:
        """What an expression gives now, as who looks sees it."""
        answer = await self.http.get("/api/v1/query", params={"query": expression})
        found: list[dict[str, Any]] = answer.json()["data"]["result"]
        return found

    async def until(self, alert: str, *, fires: bool = True, within: float = 60, **labels: str) -> None:
        """Waits until it does, or does no longer."""

        async def look() -> bool:
            return await self.fires(alert, **labels) is fires

        await eventually(look, within)

    async def unhealthy(self) -> list[str]:
        """The rules that Prometheus cannot evaluate."""
        groups = (await self.http.get("/api/v1/rules")).json()["data"]["groups"]
        return [rule["name"] for group in groups for rule in group["rules"] if rule["health"] == "err"]


@asynccontextmanager
async def watching(folder: Path) -> AsyncIterator[Watcher]:
    """Prometheus, until the block ends."""
    port = free_port()
    (folder / "prometheus.yml").write_text(CONFIGURATION.replace("RULES", str(RULES)))
    (folder / "targets.json").write_text("[]")
    with (folder / "said").open("w") as said:
        process = await asyncio.create_subprocess_exec(
            binaries() / "prometheus",
            f"--config.file={folder / 'prometheus.yml'}",
            f"--storage.tsdb.path={folder / 'data'}",
            f"--web.listen-address=127.0.0.1:{port}",
            stdout=said,
            stderr=said,
        )
        try:
            async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=10) as http:

                async def ready() -> bool:
                    assert process.returncode is None, (folder / "said").read_text()
                    with suppress(httpx.TransportError):
                        return (await http.get("/-/ready")).status_code == 200
                    return False

                await eventually(ready, 30)
                yield Watcher(folder, http)
        finally:
            if process.returncode is None:
                process.terminate()
            await process.wait()
