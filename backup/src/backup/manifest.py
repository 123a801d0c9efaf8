"""What a backup says of itself: `manifest.json`, beside its files."""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from chassis.trouble import Trouble

NAME = "manifest.json"
Offsets = Mapping[str, Mapping[int, int]]
"""By topic, without its prefix, and partition."""


class Part(BaseModel):
    """A file of the backup."""

    model_config = ConfigDict(frozen=True)

    file: str
    sha256: str
    size: int
    """Bytes."""


class Database(Part):
    """A database at one moment; everything that is said of it was read in the very transaction that its file was written from."""

    at: datetime
    migrations: Mapping[str, str]
    """The checksum of each that it had, by `schema.package/file`."""
    positions: Offsets
    """The last record of each partition whose effects it holds; -1: none."""
    rows: Mapping[str, int]
    """How many each table has, by its quoted name."""


class Manifest(BaseModel):
    """All of it."""

    model_config = ConfigDict(frozen=True)

    format: Literal[1] = 1
    taken_at: datetime
    """When it was whole."""
    databases: Mapping[str, Database]
    begins: Offsets
    """Where the log began, once all databases were read: the first offset that is still there."""
    ends: Offsets
    """Where it ended then: the offset of the next record."""
    log: Mapping[str, Part] = {}
    """Its records, by topic, if they were taken too."""

    @property
    def parts(self) -> list[Part]:
        """Every file."""
        return [*self.databases.values(), *self.log.values()]

    def write(self, folder: Path) -> None:
        """Puts it beside its files."""
        (folder / NAME).write_text(self.model_dump_json(indent=1))


def read(folder: Path) -> Manifest:
    """The manifest in `folder`. Raises Trouble when there is none, or none that can be read."""
    try:
        return Manifest.model_validate_json((folder / NAME).read_text())
    except FileNotFoundError as error:
        raise Trouble("{folder} n’est pas une sauvegarde : il n’y a pas de {name}.", folder=folder, name=NAME) from error
    except (ValidationError, UnicodeDecodeError) as error:
        raise Trouble("{file} ne se lit pas : cette sauvegarde est abîmée, prenez-en une autre.", file=folder / NAME) from error


def whole(folder: Path) -> Manifest:
    """As `read`, once each file was found as it was written. Raises Trouble when one was not."""
    manifest = read(folder)
    for part in manifest.parts:
        verify(folder, part)
    return manifest


def part(file: Path) -> Part:
    """What a manifest says of `file`."""
    with file.open("rb") as opened:
        digest = hashlib.file_digest(opened, "sha256").hexdigest()
    return Part(file=file.name, sha256=digest, size=file.stat().st_size)


def verify(folder: Path, wanted: Part) -> None:
    """Raises Trouble when the file is not, byte for byte, the one that was written."""
    file = folder / wanted.file
    if not file.exists():
        raise Trouble("Il manque {file} : cette sauvegarde n’est pas entière, prenez-en une autre.", file=file)
    if part(file) != Part(**wanted.model_dump(include={"file", "sha256", "size"})):
        raise Trouble("{file} n’est plus ce qui a été écrit : cette sauvegarde est abîmée, prenez-en une autre.", file=file)
