"""The processes of an installation, and the supervisor that keeps them running."""

import json
import os
import pwd
import subprocess
import sys
import time
import xmlrpc.client
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from sesame_local.kafka import Broker
from sesame_local.place import DATABASES, READER, SERVICES, Place, Trouble
from sesame_local.postgres import BINARIES, Server
from sesame_local.process import Command
from sesame_local.timeshift import VARIABLE

FOUNDATION = ("kafka", "postgres", "mail")
PROCESSES = (*SERVICES, "gateway-web", "gateway-worker", "clock")
DEMO_RATES = {f"{year}-{month}-01": "10.15" for year in range(2026, 2031) for month in ("01", "07")}
"""Interest on late payments (BIL-15) from where the project knows no rate: demo values, so that there is something to see."""


DEMO_REGION = {
    "SESAME_REGION": "Région Languedoc-Roussillon",
    "SESAME_REGION_SIRET": "23340000100019",
    "SESAME_REGION_ADDRESS": "201 avenue de la Pompignane",
    "SESAME_REGION_POSTCODE": "34064",
    "SESAME_REGION_TOWN": "MONTPELLIER CEDEX 2",
}
"""For whom invoices are: the guide's Region, under a number of nobody's."""


@dataclass(frozen=True)
class Installation:
    """A place, and what runs in it: everything, unless it is said otherwise."""

    place: Place
    foundation: tuple[str, ...] = FOUNDATION
    processes: tuple[str, ...] = PROCESSES
    databases: tuple[str, ...] = DATABASES

    @property
    def broker(self) -> Broker:
        place = self.place
        return Broker(place.folder / "kafka", place.port("kafka"), place.port("controller"), place.kafka_passwords)

    @property
    def server(self) -> Server:
        return Server(self.place.folder / "postgres", self.place.port("postgres"), self.place.secrets["postgres.admin"])

    def dsn(self, database: str, role: str = "") -> str:
        """The address of a service's (or the gateway's) database, with its owner's role or another."""
        role = role or database
        return self.server.postgres.dsn(database, role, self.place.secrets[f"postgres.{role}"])

    def health(self, process: str) -> str:
        """Where a process answers `/ready`."""
        return f"http://127.0.0.1:{self.place.port(process)}"

    @property
    def identity(self) -> str:
        """Where identity answers the portal."""
        return f"http://127.0.0.1:{self.place.port('identity http')}"

    def environment(self, process: str) -> dict[str, str]:
        """Everything that one of our processes is told: its own principal, its own database, nothing of another's."""
        principal = process.partition("-")[0]
        environment = {VARIABLE: str(self.place.time_shift), "PYTHONUNBUFFERED": "1"}
        environment["SESAME_HEALTH_PORT"] = str(self.place.port(process))
        environment["SESAME_LOG_LEVEL"] = os.environ.get("SESAME_LOG_LEVEL", "info")
        if process != "gateway-web":  # the web process never touches Kafka
            environment |= {
                "SESAME_KAFKA": self.broker.kafka.bootstrap,
                "SESAME_KAFKA_USER": principal,
                "SESAME_KAFKA_PASSWORD": self.place.secrets[f"kafka.{principal}"],
                "SESAME_KAFKA_SECURITY": "SASL_PLAINTEXT",
                "SESAME_REPLICA": process,  # started again, it has its partitions back at once
            }
        if process != "clock":
            environment["SESAME_DATABASE"] = self.dsn(principal, "gateway_web" if process == "gateway-web" else "")
        if process in ("identity", "gateway-web"):
            environment["SESAME_GATEWAY_KEY"] = self.place.secrets["gateway-key"]
        if process in ("identity", "gateway-worker"):
            environment |= {"SESAME_SMTP": f"127.0.0.1:{self.place.port('mail')}", "SESAME_PORTAL_URL": self.place.portal_url}
            environment["SESAME_SMTP_SECURITY"] = "PLAINTEXT"
        if process == "identity":
            environment["SESAME_HTTP_PORT"] = str(self.place.port("identity http"))
            environment["SESAME_FACTOR_KEY"] = self.place.secrets["factor-key"]
            environment["SESAME_AGENTS_NEED_FACTOR"] = os.environ.get("SESAME_AGENTS_NEED_FACTOR", "false")
        if principal == "gateway":
            environment |= {name: os.environ.get(name, value) for name, value in DEMO_REGION.items()}
        if process == "gateway-web":
            environment |= {"SESAME_IDENTITY_URL": self.identity, "SESAME_HTTP_PORT": str(self.place.port("portal"))}
            environment["SESAME_LATE_RATES"] = os.environ.get("SESAME_LATE_RATES", json.dumps(DEMO_RATES))
        return environment

    def audited(self) -> dict[str, str]:
        """Everything that the auditor is told: a user who reads all and writes nothing, every database, log and metric, every password."""
        place = self.place
        return {
            VARIABLE: str(place.time_shift),
            "SESAME_KAFKA": self.broker.kafka.bootstrap,
            "SESAME_KAFKA_USER": READER,
            "SESAME_KAFKA_PASSWORD": place.secrets[f"kafka.{READER}"],
            "SESAME_KAFKA_SECURITY": "SASL_PLAINTEXT",
            "SESAME_DATABASES": json.dumps({name: self.dsn(name, READER) for name in DATABASES}),
            "SESAME_SECRETS": json.dumps(list(place.secrets.values())),
            "SESAME_FILES": json.dumps([str(place.logs / f"{name}.log") for name in PROCESSES if (place.logs / f"{name}.log").exists()]),
            "SESAME_ADDRESSES": json.dumps([f"{self.health(process)}/metrics" for process in PROCESSES]),
        }

    def backed_up(self, *, restored: bool = False) -> dict[str, str]:
        """Everything that `python -m backup` is told: who reads all and writes nothing; each database's owner where one is restored."""
        told = self.audited()
        owners = json.dumps({name: self.dsn(name) for name in DATABASES})
        return {
            "SESAME_POSTGRES_PROGRAMS": str(BINARIES),
            "SESAME_DATABASES": owners if restored else told["SESAME_DATABASES"],
            **{name: value for name, value in told.items() if name.startswith("SESAME_KAFKA")},
        }

    def command(self, process: str) -> Command:
        """How to run a process."""
        if process == "kafka":
            return self.broker.command
        if process == "postgres":
            return self.server.command
        if process == "mail":
            arguments = ["sesame_local.mail", str(self.place.mails), str(self.place.port("mail"))]
            return Command([sys.executable, "-m", *arguments], {"PYTHONUNBUFFERED": "1"})
        module, _, role = process.partition("-")
        return Command([sys.executable, "-m", module, *([role] if role else [])], self.environment(process))


@dataclass(frozen=True)
class Supervisor:
    """supervisord for one installation: starts, restarts what dies, stops in order. Spoken to on loopback, with a password."""

    installation: Installation

    @property
    def running(self) -> bool:
        try:
            return bool(self._call("getState")["statename"])
        except (OSError, xmlrpc.client.Error):
            return False

    def must_run(self) -> None:
        """Raises Trouble when it does not."""
        if not self.running:
            raise Trouble("Sésame ne tourne pas ; lancez d'abord « make up ».")

    def start(self) -> bool:
        """Starts it with Kafka, PostgreSQL and the mail catcher. False when it runs already as the configuration says."""
        configuration = self._configuration()
        if self.running:
            if self._file.read_text() == configuration:
                return False
            self.stop()
        self._file.touch(0o600)
        self._file.write_text(configuration)
        self._place.logs.mkdir(parents=True, exist_ok=True)
        result = subprocess.run(
            [sys.executable, "-m", "supervisor.supervisord", "-c", str(self._file)],
            env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"},
            capture_output=True,
            text=True,
            check=False,
        )
        if result.returncode:
            raise Trouble(f"Le superviseur n'a pas démarré : {result.stderr.strip() or result.stdout.strip()}")
        deadline = time.monotonic() + 10
        while not self.running:
            if time.monotonic() > deadline:
                raise Trouble(f"Le superviseur ne répond pas ; le détail est dans {self._place.logs / 'supervisor.log'}.")
            time.sleep(0.05)
        return True

    def run(self, processes: Iterable[str]) -> list[str]:
        """Starts those that do not run and returns their names."""
        stopped = [name for name in processes if self.state(name) not in ("STARTING", "RUNNING", "BACKOFF")]
        for name in stopped:
            self._call("startProcess", name, False)
        return stopped

    def stop_processes(self, processes: Iterable[str]) -> None:
        """Stops these, all at once and each in good order, until `run`."""
        stopping = []
        for name in processes:
            with suppress(xmlrpc.client.Fault):  # it did not run
                self._call("stopProcess", name, False)
                stopping.append(name)
        while any(self.state(name) == "STOPPING" for name in stopping):
            time.sleep(0.1)

    def state(self, process: str) -> str:
        """supervisor's word: RUNNING, BACKOFF, FATAL, …"""
        return str(self._call("getProcessInfo", process)["statename"])

    def pid(self, process: str) -> int:
        """0 when it does not run."""
        return int(self._call("getProcessInfo", process)["pid"])

    def stop(self) -> bool:
        """Stops everything, what a killed supervisor left behind too. False when nothing ran."""
        if self.running:
            pid = self._call("getPID")
            for names in (self.installation.processes, self.installation.foundation):  # by itself it stops one after the other
                self.stop_processes(names)
            self._call("shutdown")
            psutil.wait_procs([psutil.Process(pid)] if psutil.pid_exists(pid) else [], timeout=60)
            return True
        orphans = [process for process in psutil.process_iter(["cmdline", "environ"]) if self._is_ours(process)]
        for process in orphans:
            process.terminate()
        _, alive = psutil.wait_procs(orphans, timeout=20)
        for process in alive:
            process.kill()
        return bool(orphans)

    def _is_ours(self, process: psutil.Process) -> bool:
        """Whether a process was started for this very folder."""
        folder = str(self._place.folder)
        environment = process.info["environ"] or {}
        arguments = process.info["cmdline"] or []
        return environment.get(VARIABLE) == str(self._place.time_shift) or any(
            argument in (f"{folder}/kafka/server.properties", f"{folder}/postgres/data", f"{folder}/mails") for argument in arguments
        )

    @property
    def _place(self) -> Place:
        return self.installation.place

    @property
    def _file(self) -> Path:
        return self._place.folder / "supervisor.conf"

    def _call(self, method: str, *arguments: Any) -> Any:
        address = f"http://sesame:{self._place.secrets['supervisor']}@127.0.0.1:{self._place.port('supervisor')}/RPC2"
        with xmlrpc.client.ServerProxy(address) as proxy:
            return getattr(proxy.supervisor, method)(*arguments)

    def _configuration(self) -> str:
        place, of = self._place, self.installation
        user = f"user={pwd.getpwuid(os.geteuid()).pw_name}\n" if os.geteuid() == 0 else ""
        head = HEAD.format(
            logs=_escaped(place.logs), folder=_escaped(place.folder), port=place.port("supervisor"), password=place.secrets["supervisor"]
        )
        return head.replace("[supervisord]\n", f"[supervisord]\n{user}") + "".join(
            self._program(name, 10 if name in of.foundation else 20) for name in (*of.foundation, *of.processes)
        )

    def _program(self, name: str, priority: int) -> str:
        command = self.installation.command(name)
        # Its reader of an environment knows no escaped quote: none of ours holds a single one.
        environment = ",".join(f"{variable}='{value.replace('%', '%%')}'" for variable, value in command.environment.items())
        return PROGRAM.format(
            name=name,
            command=" ".join(f'"{_escaped(argument)}"' for argument in command.arguments),
            environment=environment,
            priority=priority,
            autostart="true" if name in FOUNDATION else "false",
            signal=command.stop_signal.name.removeprefix("SIG"),
            log=_escaped(self._place.logs / f"{name}.log"),
            user=f"user={command.user}\n" if command.user else "",
        )


def _escaped(value: object) -> str:
    """supervisor reads `%` as a beginning of its own and quotes as a shell does."""
    return str(value).replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%")


HEAD = """\
[supervisord]
logfile={logs}/supervisor.log
logfile_maxbytes=5MB
logfile_backups=1
pidfile={folder}/supervisor.pid
childlogdir={logs}

[inet_http_server]
port=127.0.0.1:{port}
username=sesame
password={password}

[rpcinterface:supervisor]
supervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface
"""

# What dies is started again, later each time; a thousand tries are weeks.
PROGRAM = """
[program:{name}]
command={command}
environment={environment}
{user}priority={priority}
autostart={autostart}
autorestart=true
startretries=1000
stopsignal={signal}
stopwaitsecs=20
redirect_stderr=true
stdout_logfile={log}
stdout_logfile_maxbytes=10MB
stdout_logfile_backups=2
"""
