"""The files as they are committed, below `contracts/asyncapi`."""

from collections.abc import Mapping

from .applications import world
from .document import FOLDER, documents, text
from .page import page

PAGE = "index.html"


def files() -> Mapping[str, str]:
    """Every file by its name."""
    all_of_it = world()
    return {name: text(document) for name, document in documents(all_of_it).items()} | {PAGE: page(all_of_it)}


def write() -> None:
    """Writes them, and takes away what is no longer among them."""
    FOLDER.mkdir(exist_ok=True)
    wanted = files()
    for path in FOLDER.iterdir():
        if path.name not in wanted:
            path.unlink()
    for name, content in wanted.items():
        (FOLDER / name).write_text(content)
