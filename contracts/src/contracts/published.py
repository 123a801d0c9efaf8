"""Every schema that was ever published, as the history of the repository holds it (FIN-1): deleting or regenerating a file hides nothing.

Published is what the main line had after one of its commits; what a branch tries and takes back before it is merged was never read by
anybody. Of a shallow clone, the history is there as far as it was fetched.
"""

import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from .schemas import SCHEMAS

MAIN = ("origin/main", "main")
RETIRED = frozenset({"actions.register-trainee.v1", "actions.request-change.v1", "actions.request-change.v2", "billing.issue-invoice.v1"})
"""Commands that have a successor, and that nobody sends or takes any more. Only commands retire: the portal alone writes them, to the one
service that takes them, and they stay for a week; a service is updated once it has answered them. Events, records and what the finance
system reads are kept for years and never retire (FIN-1).
"""
NO_FILE = "0" * 40


class NoHistory(Exception):
    """There is no history to compare with: a tarball, a machine without git."""


@dataclass(frozen=True)
class Published:
    """A schema as it once stood, and the commit that put it there."""

    type_: str
    schema: str
    commit: str


def published(folder: Path = SCHEMAS) -> tuple[Published, ...]:
    """Every version of every schema in `folder`, latest first. Raises NoHistory."""
    # Of a merge, what it brought to the main line; a renamed file is one that is gone and another that is new.
    log = ("log", "--first-parent", "--diff-merges=first-parent", "--no-renames", "--raw", "--no-abbrev", "--format=%h")
    placed: dict[tuple[str, str], str] = {}
    commit = ""
    for line in _git(folder, *log, _published_until(folder), "--", ".").decode().splitlines():
        if not line.startswith(":"):
            commit = line or commit
            continue
        described, _, path = line.partition("\t")
        blob = described.split()[3]
        if path.endswith(".json") and blob != NO_FILE:
            placed.setdefault((Path(path).stem, blob), commit)
    if not placed:
        raise NoHistory("the history of this folder holds no schema")
    texts = _contents(folder, [blob for _, blob in placed])
    return tuple(Published(type_, texts[blob], commit) for (type_, blob), commit in placed.items())


def _published_until(folder: Path) -> str:
    """The last commit of the main line that is part of what is checked out; without a main line here, what is checked out."""
    for main in MAIN:
        try:
            return _git(folder, "merge-base", "HEAD", main).decode().strip()
        except NoHistory:
            continue
    return "HEAD"


def _contents(folder: Path, blobs: Sequence[str]) -> dict[str, str]:
    answer = _git(folder, "cat-file", "--batch", asked="\n".join(blobs))
    texts: dict[str, str] = {}
    while answer:
        head, _, rest = answer.partition(b"\n")
        blob, _, size = head.decode().split()
        texts[blob], answer = rest[: int(size)].decode(), rest[int(size) + 1 :]
    return texts


def _git(folder: Path, *arguments: str, asked: str = "") -> bytes:
    try:
        return subprocess.run(["git", *arguments], cwd=folder, input=asked.encode(), capture_output=True, check=True).stdout
    except FileNotFoundError as error:
        raise NoHistory("git is not installed") from error
    except subprocess.CalledProcessError as error:
        raise NoHistory(error.stderr.decode().strip()) from error
