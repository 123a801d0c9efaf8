"""A process that lives no longer than the one that started it: how tests run what `make up` gives to the supervisor."""

import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

PR_SET_PDEATHSIG = 1


@dataclass(frozen=True)
class Command:
    """What to run: arguments, the whole environment (nothing of the machine's leaks in), the user and the signal that stops it."""

    arguments: Sequence[str]
    environment: Mapping[str, str]
    user: str | None = None
    stop_signal: signal.Signals = signal.SIGTERM


class Child:
    """A running command; its output goes to `log`."""

    def __init__(self, command: Command, log: Path) -> None:
        self._command = command
        self.log = log
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("ab") as output:
            self._process = subprocess.Popen(
                command.arguments,
                env=dict(command.environment),
                user=command.user,
                group=command.user,
                extra_groups=[] if command.user else None,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # Ctrl-C stops the tests first, these afterwards
                preexec_fn=_die_with_parent(command.stop_signal),
            )

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def ended(self) -> bool:
        return self._process.poll() is not None

    @property
    def code(self) -> int | None:
        """With what it ended, once it has."""
        return self._process.poll()

    def kill(self) -> None:
        """As a power cut would: no time to say goodbye."""
        self._process.kill()
        self._process.wait()

    def stop(self, timeout: float = 20) -> None:
        """Stops it in order, and by force after `timeout` seconds."""
        if not self.ended:
            self._process.send_signal(self._command.stop_signal)
            try:
                self._process.wait(timeout)
            except subprocess.TimeoutExpired:
                self.kill()

    def tail(self, lines: int = 15) -> str:
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])


def _die_with_parent(number: signal.Signals) -> Callable[[], None] | None:
    """On Linux, a test run that is killed leaves no broker behind."""
    if sys.platform != "linux":
        return None
    libc = ctypes.CDLL(None)
    parent = os.getpid()

    def ask() -> None:
        libc.prctl(PR_SET_PDEATHSIG, number)
        if os.getppid() != parent:  # it died before we asked
            os.kill(os.getpid(), number)

    return ask
