"""The folders of images, made by the steps of the Dockerfile, and their processes, started as it says by a user who owns nothing there."""

import json
import os
import re
import shlex
import shutil
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.error import URLError
from urllib.request import ProxyHandler, build_opener

from deploy.images.build import REPOSITORY, build
from sesame_local.process import Child, Command

STRANGER = "daemon"
DOCKERFILE = REPOSITORY / "deploy" / "images" / "Dockerfile"


@dataclass
class Target:
    """What the Dockerfile says of an image."""

    image: str = ""
    """Whose folder it gets."""
    entry: list[str] = field(default_factory=list)
    arguments: list[str] = field(default_factory=list)
    """Unless others are given."""
    environment: dict[str, str] = field(default_factory=dict)


def targets() -> dict[str, Target]:
    """The images of the Dockerfile, by name: what stands in it in the one form in which it is written there."""
    made: dict[str, Target] = {}
    for line in DOCKERFILE.read_text().replace("\\\n", " ").splitlines():
        match line.split(maxsplit=1):
            case ["FROM", rest]:
                base, _, name = rest.partition(" AS ")
                before = made.get(base, Target())
                target = made[name] = Target(before.image, list(before.entry), list(before.arguments), dict(before.environment))
            case ["COPY", rest] if found := re.match(r"--from=build-(\w+) /app /app", rest):
                target.image = found[1]
            case ["ENV", rest]:
                target.environment |= dict(word.split("=", 1) for word in shlex.split(rest))
            case ["ENTRYPOINT", rest]:
                target.entry = json.loads(rest)
            case ["CMD", rest]:
                target.arguments = json.loads(rest)
    return {name: target for name, target in made.items() if target.entry}


@dataclass
class Folders:
    """Images below `root`, each made when it is first asked for."""

    root: Path
    made: dict[str, Path] = field(default_factory=dict)
    _python: Path | None = None

    def of(self, image: str) -> Path:
        """The folder of an image: nobody who starts it can write there."""
        if image not in self.made:
            folder = self.root / image
            (self.root / "work").mkdir(exist_ok=True)
            build(image, folder, self.root / "work")
            self._open(folder)
            for path in (folder, *folder.rglob("*")):
                if not path.is_symlink():
                    path.chmod(path.stat().st_mode & ~0o222)
            self.made[image] = folder
        return self.made[image]

    def start(self, name: str, told: Mapping[str, str], log: Path, *more: str) -> Child:
        """The process of the image `name`, with the environment that its Dockerfile and `told` give it and nothing else, to do `more`."""
        target = targets()[name]
        folder = self.of(target.image)
        said = {key: value.replace("/app", str(folder)).replace("$PATH", "/usr/bin:/bin") for key, value in target.environment.items()}
        room = self.root / "tmp"
        room.mkdir(exist_ok=True)
        room.chmod(0o1777)
        environment = {**said, "TMPDIR": str(room), **self.libraries, **told}
        arguments = [str(folder / "bin" / target.entry[0]), *target.entry[1:], *(more or target.arguments)]
        return Child(Command(arguments, environment, STRANGER if os.geteuid() == 0 else None), log)

    @property
    def libraries(self) -> dict[str, str]:
        """What a Python that was copied is told."""
        return {"LD_LIBRARY_PATH": str(self._python / "lib")} if self._python else {}

    def _open(self, folder: Path) -> None:
        """A Python in a home that is shut to others is copied: an image has one that everybody may run."""
        base = Path(sys.base_prefix)
        if all(above.stat().st_mode & 0o001 for above in (base / "bin").parents):
            return
        if self._python is None:
            self._python = self.root / "python"
            version = f"python{sys.version_info.major}.{sys.version_info.minor}"
            unwanted = shutil.ignore_patterns("site-packages", "test", "__pycache__", "pkgconfig", "*.a")
            shutil.copytree(base / "lib", self._python / "lib", ignore=unwanted, symlinks=True)
            (self._python / "bin").mkdir()
            shutil.copy(base / "bin" / version, self._python / "bin" / version)
        for name in folder.glob("bin/python*"):
            name.unlink()
            name.symlink_to(next((self._python / "bin").iterdir()))
        configuration = folder / "pyvenv.cfg"
        configuration.write_text(configuration.read_text().replace(f"{base}/bin", str(self._python / "bin")))


def answers(address: str) -> bytes | None:
    """What is answered there; None when nobody does, or with an error."""
    try:
        with build_opener(ProxyHandler({})).open(address, timeout=10) as answer:
            body: bytes = answer.read()
            return body
    except (URLError, OSError):
        return None
