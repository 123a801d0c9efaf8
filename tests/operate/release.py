"""The version that was released before this one, as files, and its processes beside today's.

A release is a tag `v…`; as long as there is none, a merge into the main line, each of which could be deployed. RELEASE names another
commit. It runs on today's libraries: what an upgrade replaces is our own code.
"""

import os
import shutil
import subprocess
import tarfile
from io import BytesIO
from pathlib import Path

from sesame_local.place import REPOSITORY

GENERATED = ("gateway/src/gateway/static/vendor", "gateway/src/gateway/data/vendor")
"""What is fetched, and in no commit."""


def is_clone() -> bool:
    """Whether these files come with a history."""
    return bool(_git("rev-parse", "--git-dir", fails=""))


def commit() -> str:
    """The last release before what is checked out here. Raises LookupError, with a sentence, where the history does not hold it."""
    if named := os.environ.get("RELEASE"):
        return _git("rev-parse", "--verify", f"{named}^{{commit}}")
    if tag := _git("describe", "--tags", "--abbrev=0", "--match=v*", "HEAD^", fails=""):
        return _git("rev-parse", f"{tag}^{{commit}}")
    if merge := _git("rev-list", "--first-parent", "--merges", "--max-count=1", "HEAD^", fails=""):
        return merge
    raise LookupError(
        "This clone does not hold the release before this one, beside which today's services are to run: fetch the whole history "
        "(git fetch --unshallow --tags), or name a commit (RELEASE=…)."
    )


def files_of(release: str, folder: Path) -> Path:
    """The files of a commit, in `folder`, with what today's checkout has fetched for pages."""
    packed = subprocess.run(["git", "archive", release], cwd=REPOSITORY, capture_output=True, check=True).stdout
    with tarfile.open(fileobj=BytesIO(packed)) as archive:
        archive.extractall(folder, filter="data")
    for generated in GENERATED:
        if (REPOSITORY / generated).exists():
            shutil.copytree(REPOSITORY / generated, folder / generated)
    return folder


def _git(*arguments: str, fails: str | None = None) -> str:
    if not shutil.which("git"):
        return fails or ""
    done = subprocess.run(["git", *arguments], cwd=REPOSITORY, capture_output=True, text=True, check=False)
    if done.returncode and fails is None:
        raise LookupError(f"git {' '.join(arguments)}: {done.stderr.strip()}")
    return fails or "" if done.returncode else done.stdout.strip()
