"""What would be an image is a folder here, without Docker: what is in each, and that it runs with nothing else, written to by nobody."""

import json
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from importlib.metadata import distributions
from pathlib import Path

import pytest
from packaging.utils import canonicalize_name

from deploy.images.build import REPOSITORY, SBOM
from deploy.images.closures import IMAGES, known
from sesame_local.place import DATABASES, SERVICES, secret_names
from sesame_local.process import Child
from sesame_local.supervise import PROCESSES
from tests.infra import Infra, free_port, local
from tests.operate.folders import Folders, answers, targets

pytestmark = [pytest.mark.timeout(2400)]

KEYS = {"gateway-key": "a key that only tests know", "factor-key": "another key that only tests know"}
SIRET = "23340000100019"


@pytest.fixture(scope="module")
def folders() -> Iterator[Folders]:
    root = Path(tempfile.mkdtemp(prefix="sesame-images-"))
    root.chmod(0o755)
    try:
        yield Folders(root)
    finally:
        shutil.rmtree(root)


@pytest.fixture(scope="module")
def new() -> Iterator[Infra]:
    """A Kafka and a PostgreSQL in which nothing has been made."""
    with local(partitions=12) as infra:
        yield infra


@pytest.mark.parametrize("image", [*IMAGES, "backup", "foundation"])
def test_a_folder_holds_its_package_and_what_that_needs_and_nothing_else(folders: Folders, image: str) -> None:
    folder = folders.of(image)
    (site,) = folder.glob("lib/python*/site-packages")
    there = {str(canonicalize_name(found.name)): found for found in distributions(path=[str(site)])}
    ours = {"sesame-local"} if image == "foundation" else {"sesame-contracts", "sesame-chassis", f"sesame-{image}"}
    assert there.keys() == {*known()[image], *ours}
    assert {path.name for path in (folder / "bin").iterdir()} == {"python", "python3", "python3.11"}
    owned = {Path(str(one.locate_file(file))).resolve() for one in there.values() for file in one.files or ()}
    vendor = {"static/vendor", "data/vendor"} if image == "gateway" else set()
    stray = [
        path
        for path in site.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and path.resolve() not in owned
        and not any(path.is_relative_to(site / "gateway" / part) for part in vendor)
    ]  # fmt: skip
    assert stray == []
    listed = json.loads((folder / SBOM).read_text())["components"]
    python = {str(canonicalize_name(one["name"])) for one in listed if not one.get("purl", "").startswith("pkg:npm")}
    assert python == there.keys()
    assert ({one["name"] for one in listed if one.get("purl", "").startswith("pkg:npm")} >= {"htmx.org"}) == (image == "gateway")


def test_an_installation_runs_from_its_images_alone_as_somebody_who_can_write_nowhere(folders: Folders, new: Infra) -> None:
    kafka, server = new.kafka.bootstrap, new.postgres
    known_secrets = {name: KEYS.get(name, f"password-of-{name.partition('.')[2]}") for name in secret_names()}
    known_secrets["postgres.admin"] = server.password
    secrets = folders.root / "secrets"
    secrets.mkdir()
    for name, secret in known_secrets.items():
        (secrets / name).write_text(secret + "\n")
    everywhere = {"SESAME_KAFKA": kafka, "SESAME_KAFKA_SECURITY": "SASL_PLAINTEXT"}
    told = {**everywhere, "SESAME_POSTGRES": f"{server.host}:{server.port}", "SESAME_SECRETS_FOLDER": str(secrets)}
    for part in ("databases", "kafka", "kafka"):  # again, nothing changes
        _to_its_end(folders, "foundation", told, part)

    def dsn(database: str, role: str) -> str:
        return server.dsn(database, role, known_secrets[f"postgres.{role}"])

    ports = {name: free_port() for name in (*PROCESSES, "identity http", "pages")}

    def environment(name: str) -> dict[str, str]:
        principal = name.partition("-")[0]
        said = {**everywhere, "SESAME_KAFKA_USER": principal, "SESAME_KAFKA_PASSWORD": f"password-of-{principal}"}
        said |= {"SESAME_HEALTH_PORT": str(ports[name]), "SESAME_HTTP_PORT": str(ports["identity http" if name == "identity" else "pages"])}
        said |= {"SESAME_PORTAL_URL": f"http://localhost:{ports['pages']}", "SESAME_SMTP_SECURITY": "PLAINTEXT"}
        said |= {"SESAME_GATEWAY_KEY": KEYS["gateway-key"], "SESAME_FACTOR_KEY": KEYS["factor-key"], "SESAME_REGION_SIRET": SIRET}
        said["SESAME_IDENTITY_URL"] = f"http://127.0.0.1:{ports['identity http']}"
        if name != "clock":
            said["SESAME_DATABASE"] = dsn(principal, "gateway_web" if name == "gateway-web" else principal)
        return said

    for name in (*SERVICES, "gateway-worker"):
        _to_its_end(folders, name, environment(name), "migrate")
    processes: dict[str, Child] = {}
    try:
        for name in PROCESSES:
            processes[name] = folders.start(name, environment(name), folders.root / f"{name}.log")
        for name, process in processes.items():
            _ready(process, f"http://127.0.0.1:{ports[name]}")
            asked = [folders.of(targets()[name].image) / "bin" / "python", REPOSITORY / "deploy" / "images" / "live.py"]
            told = {"SESAME_HEALTH_PORT": str(ports[name]), **folders.libraries}
            assert subprocess.run(asked, env=told, check=False).returncode == 0
        assert b"htmx" in (answers(f"http://127.0.0.1:{ports['pages']}/connexion") or b"")
        for file in ("bootstrap.min.css", "htmx.min.js"):
            assert answers(f"http://127.0.0.1:{ports['pages']}/static/vendor/{file}"), file
        backups = folders.root / "backups"
        backups.mkdir()
        backups.chmod(0o777)
        told = {**everywhere, "SESAME_KAFKA_USER": "auditor", "SESAME_KAFKA_PASSWORD": "password-of-auditor"}
        told["SESAME_DATABASES"] = json.dumps({name: dsn(name, "auditor") for name in DATABASES})
        _to_its_end(folders, "auditor", told)
        _to_its_end(folders, "backup", told, "keep", str(backups), "--log")
        (kept,) = backups.iterdir()
        assert {f"{name}.dump" for name in DATABASES} <= {file.name for file in kept.iterdir()}
    finally:
        for process in processes.values():
            process.stop()
    assert all(process.ended for process in processes.values())
    if os.geteuid() == 0:
        assert not [path for image in folders.made.values() for path in image.rglob("*") if not path.is_symlink() and path.stat().st_uid]


def _ready(process: Child, address: str) -> None:
    def ready() -> bool:
        assert not process.ended, process.tail()
        return answers(f"{address}/ready") is not None

    _wait(ready)


def _to_its_end(folders: Folders, name: str, told: dict[str, str], *more: str) -> None:
    process = folders.start(name, told, folders.root / f"{name}.log", *more)

    def ended() -> bool:
        return process.ended

    _wait(ended)
    assert process.code == 0, process.tail()


def _wait(look: Callable[[], bool], seconds: float = 180) -> None:
    """Raises TimeoutError."""
    deadline = time.monotonic() + seconds
    while not look():
        if time.monotonic() > deadline:
            raise TimeoutError
        time.sleep(0.2)
