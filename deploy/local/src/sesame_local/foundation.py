"""What a new cluster needs before the first process: `python -m sesame_local.foundation kafka | databases`, from an image of its own.

The same topics, users, rights, databases and roles as `make up` makes, of the same tables. Doing it again changes nothing, but gives
every user the password that the folder of secrets holds.

    SESAME_KAFKA      bootstrap servers; the administrator is the user `admin`
    SESAME_KAFKA_SECURITY, SESAME_KAFKA_CA   as of every process
    SESAME_POSTGRES   host:port; the administrator is the role `postgres`
    SESAME_SECRETS_FOLDER   a file for each secret of `place.secret_names`: kafka.billing, postgres.billing, …; /run/secrets by default
"""

import asyncio
import os
import sys
from collections.abc import Mapping
from pathlib import Path

from confluent_kafka.admin import AdminClient

from sesame_local import acls, topics
from sesame_local.place import DATABASES, GUESTS, READER, kafka_users
from sesame_local.postgres import Postgres


def kafka(environment: Mapping[str, str]) -> None:
    """Users, topics and rights. Raises KafkaException."""
    options: dict[str, str | int] = {
        "bootstrap.servers": environment["SESAME_KAFKA"],
        "security.protocol": environment.get("SESAME_KAFKA_SECURITY", "SASL_SSL"),
        "sasl.mechanism": "SCRAM-SHA-512",
        "sasl.username": "admin",
        "sasl.password": _secret(environment, "kafka.admin"),
    }
    if authorities := environment.get("SESAME_KAFKA_CA"):
        options["ssl.ca.location"] = authorities
    admin = AdminClient(options)
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
    return (Path(environment.get("SESAME_SECRETS_FOLDER", "/run/secrets")) / name).read_text().strip()


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["kafka"]:
            kafka(os.environ)
        case ["databases"]:
            asyncio.run(databases(os.environ))
        case _:
            sys.exit("kafka | databases")
