"""Processes of a test, forked from one that has imported everything: a start costs a hundredth of a second instead of two.

They are processes like others: a kill -9 ends one, Kafka and PostgreSQL see it leave. `make up` starts the same ones from nothing, and
tests/local, tests/journeys with it.
"""

import asyncio
import ctypes
import multiprocessing
import os
import runpy
import signal
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import httpx

FORKED = multiprocessing.get_context("forkserver")
FORKED.set_forkserver_preload(
    [
        *("actions.app", "billing.app", "declarations.app", "identity.app", "surveys.app", "clock.calendar"),
        *(
            "gateway.web.app",
            "gateway.worker.service",
            "sesame_local.__main__",
            "backup.restoring",
            "tests.chassis.sample",
            "tests.identity.silent",
            __name__,
        ),
    ]
)


class Forked:
    """`target(*arguments)` in a process of its own, with these variables added to its environment."""

    def __init__(self, target: Callable[..., None], *arguments: Any, environment: Mapping[str, str]) -> None:
        # A file, not a pipe: a full pipe that nobody reads stops the process.
        with tempfile.NamedTemporaryFile(delete=False) as said:
            self._said = Path(said.name)
        whole = {**os.environ, **environment}
        self._process = FORKED.Process(target=_enter, args=(target, arguments, whole, str(self._said)))
        self._process.start()

    @property
    def is_running(self) -> bool:
        """Whether it has not ended."""
        return self._process.is_alive()

    @property
    def pid(self) -> int:
        """Its number, while it runs."""
        return self._process.pid or 0

    def kill(self) -> None:
        """kill -9."""
        self._process.kill()
        self._process.join()
        self._said.unlink()

    def freeze(self, on: bool) -> None:
        """Stops it as a long pause would, or lets it go on, if it has not ended."""
        if self.is_running and self._process.pid:
            os.kill(self._process.pid, signal.SIGSTOP if on else signal.SIGCONT)

    async def ended(self, within: float = 30) -> tuple[int, str]:
        """Waits for its end; its exit code (negative: the signal) and what it said. Raises TimeoutError, and kills it."""
        await asyncio.to_thread(self._process.join, within)
        if self._process.exitcode is None:
            self._process.kill()
            raise TimeoutError(self._read())
        return self._process.exitcode, self._read()

    def said(self) -> str:
        """What it said so far."""
        return self._said.read_text()

    def _read(self) -> str:
        said = self.said()
        self._said.unlink()
        return said

    async def stop(self) -> tuple[int, str]:
        """Ends it in good order."""
        if self.is_running:
            self._process.terminate()
        return await self.ended()


async def is_ready(port: int | str) -> bool:
    """Whether the process with this health port serves."""
    # Nothing is encrypted here, and reading a machine's authorities for it takes longer than all the rest.
    async with httpx.AsyncClient(trust_env=False, timeout=2, verify=False) as client:
        try:
            return (await client.get(f"http://127.0.0.1:{port}/ready")).status_code == 200
        except httpx.HTTPError:
            return False


def python_m(module: str, *arguments: str) -> None:
    """For Forked: what `python -m` does."""
    sys.argv = [module, *arguments]
    for preloaded in (module, f"{module}.__main__"):
        sys.modules.pop(preloaded, None)  # runpy warns where the server of forks has it already
    runpy.run_module(module, run_name="__main__", alter_sys=True)


def packages(tree: Path) -> str:
    """Where Python finds the packages of another version before those that are installed: all but what starts both."""
    sources = sorted(str(path.parent / "src") for path in tree.glob("**/pyproject.toml") if (path.parent / "src").is_dir())
    return os.pathsep.join(source for source in sources if source != str(tree / "deploy" / "local" / "src"))


def python_m_of(tree: str, module: str, *arguments: str) -> None:
    """For Forked: what `python -m` does with the packages of `tree`; nothing is left of what was imported here."""
    os.environ["PYTHONPATH"] = packages(Path(tree))
    os.execv(sys.executable, [sys.executable, "-m", module, *arguments])


def script(path: Path, *arguments: str) -> None:
    """For Forked: what `python path` does."""
    sys.argv = [str(path), *arguments]
    runpy.run_path(str(path), run_name="__main__")


def _enter(target: Callable[..., None], arguments: tuple[Any, ...], environment: dict[str, str], said: str) -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG: a test run that is killed leaves no service behind
    os.environ.clear()
    os.environ.update(environment)
    output = os.open(said, os.O_WRONLY | os.O_APPEND)
    for number in (1, 2):
        os.dup2(output, number)
    target(*arguments)
