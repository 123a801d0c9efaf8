"""What a new cluster needs before the first process: `python -m sesame_local.foundation secrets | kafka | databases`.

An image of its own runs it. Topics, users, rights, databases and roles are those of `make up`, of the same tables. Doing it again changes
nothing, but gives every user the password that the folder of secrets holds.

    SESAME_KAFKA      bootstrap servers; the administrator is the user `admin`
    SESAME_KAFKA_SECURITY, SESAME_KAFKA_CA   as of every process
    SESAME_POSTGRES   host:port; the administrator is the role `postgres`
    SESAME_SECRETS_FOLDER   a file for each secret of `place.secret_names`: kafka.billing, postgres.billing, …; /run/secrets by default
"""

import asyncio
import json
import os
import sys
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from secrets import token_urlsafe

from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from sesame_local import acls, topics
from sesame_local.place import DATABASES, GUESTS, READER, kafka_users, secret_names
from sesame_local.postgres import Postgres

PATIENCE = 120
"""Seconds that Kafka has to answer."""


def secrets(environment: Mapping[str, str]) -> None:
    """A file for every secret that has none: passwords at random, what follows from them, and a certificate of our own for the front."""
    folder = _folder(environment)
    for name in ("grafana", *secret_names()):
        if not (folder / name).exists():
            _write(folder / name, token_urlsafe(24))
    address = environment["SESAME_POSTGRES"]

    def dsn(database: str, role: str) -> str:
        return f"postgresql://{role}:{_secret(environment, f'postgres.{role}')}@{address}/{database}"

    for database in DATABASES:
        for role in (database, *GUESTS.get(database, ())):
            _write(folder / f"database.{role}", dsn(database, role))
    _write(folder / f"databases.{READER}", json.dumps({database: dsn(database, READER) for database in DATABASES}))
    _write(folder / "databases.owners", json.dumps({database: dsn(database, database) for database in DATABASES}))
    if not (folder / "front.crt").exists():
        _certificate(folder)
    folder.chmod(
        0o700
    )  # on the machine they are root's alone; a container sees those that it is given, and reads them as whoever it runs as
    for file in folder.iterdir():
        file.chmod(0o444)


def kafka(environment: Mapping[str, str]) -> None:
    """Users, topics and rights. Raises KafkaException."""
    options: dict[str, str | int | float | bool] = {
        "bootstrap.servers": environment["SESAME_KAFKA"],
        "security.protocol": environment.get("SESAME_KAFKA_SECURITY", "SASL_SSL"),
        "sasl.mechanism": "SCRAM-SHA-512",
        "sasl.username": "admin",
        "sasl.password": _secret(environment, "kafka.admin"),
    }
    if authorities := environment.get("SESAME_KAFKA_CA"):
        options["ssl.ca.location"] = authorities
    admin = AdminClient(options)
    _wait(lambda: admin.list_topics(timeout=5), KafkaException)
    acls.apply_users(admin, {user: _secret(environment, f"kafka.{user}") for user in kafka_users()})
    acls.apply(admin, topics.load())


async def databases(environment: Mapping[str, str]) -> None:
    """A database for each who owns data, with its role, its guests, and the auditor's. Raises asyncpg's errors."""
    host, _, port = environment["SESAME_POSTGRES"].rpartition(":")
    server = Postgres(host, int(port), _secret(environment, "postgres.admin"))
    readers = {READER: _secret(environment, f"postgres.{READER}")}
    for name in DATABASES:
        guests = {guest: _secret(environment, f"postgres.{guest}") for guest in GUESTS.get(name, ())}
        await server.create_database(name, name, _secret(environment, f"postgres.{name}"), guests=guests, readers=readers)


def _secret(environment: Mapping[str, str], name: str) -> str:
    return (_folder(environment) / name).read_text().strip()


def _folder(environment: Mapping[str, str]) -> Path:
    return Path(environment.get("SESAME_SECRETS_FOLDER", "/run/secrets"))


def _write(file: Path, secret: str) -> None:
    file.unlink(missing_ok=True)
    file.write_text(secret)


def _wait(ask: Callable[[], object], away: type[Exception]) -> None:
    """Until `ask` answers. Raises what it raised last."""
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            ask()
            return
        except away:
            if time.monotonic() > deadline:
                raise
            time.sleep(1)


def _certificate(folder: Path) -> None:
    """For `localhost`, signed by itself: who looks at it must say that he believes it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), now, now + timedelta(days=825))
    made = made.add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
    (folder / "front.crt").write_bytes(made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
    form = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "front.key").write_bytes(key.private_bytes(*form))


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["secrets"]:
            secrets(os.environ)
        case ["kafka"]:
            kafka(os.environ)
        case ["databases"]:
            asyncio.run(databases(os.environ))
        case _:
            sys.exit("secrets | kafka | databases")
