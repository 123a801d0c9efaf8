"""Jars from Maven Central, without Maven: fetched once, each checked against the digest that we know."""

import hashlib
import os
import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import requests
from jgo.maven import MavenContext

from sesame_local.place import REPOSITORY, Trouble


def fetched(locked: Path, name: str, progress: Callable[[int, int], None] | None = None) -> Path:
    """The folder of the jars that a lock lists (group:artifact:version and SHA-256, a line each), fetched when it is not there yet.

    Raises Trouble without network or when a jar is not the one we know.
    """
    lock = locked.read_text()
    cache = Path(os.environ.get("SESAME_CACHE", REPOSITORY / ".local" / "cache"))
    folder = cache / f"{name}-{hashlib.sha256(lock.encode()).hexdigest()[:12]}"
    if folder.exists():
        return folder
    wanted = [(*entry.split()[0].split(":"), entry.split()[1]) for entry in lock.splitlines()]
    fresh = folder.with_suffix(f".{os.getpid()}")
    fresh.mkdir(parents=True, exist_ok=True)
    maven = MavenContext(repo_cache=cache / "maven", timeout=60)

    def fetch(entry: tuple[str, ...]) -> None:
        group, artifact, version, digest = entry
        jar = maven.project(group, artifact).at_version(version).artifact().resolve()
        if hashlib.sha256(jar.read_bytes()).hexdigest() != digest:
            jar.unlink()  # a download that was cut short is fetched again next time
            raise Trouble(f"Le fichier {jar.name} est incomplet ou altéré ; relancez la commande.")
        shutil.copyfile(jar, fresh / jar.name)

    try:
        with ThreadPoolExecutor(8) as pool:
            for done, _ in enumerate(pool.map(fetch, wanted), 1):
                if progress:
                    progress(done, len(wanted))
        if not folder.exists():  # another may have been quicker
            fresh.rename(folder)
    except (requests.RequestException, RuntimeError) as error:  # jgo's own, when the answer is not a jar
        raise Trouble(
            "Le dépôt des fichiers Java (Maven Central) ne répond pas ; vérifiez la connexion au réseau et relancez la commande."
        ) from error
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    return folder
