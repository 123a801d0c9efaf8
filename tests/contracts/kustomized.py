"""What `kubectl kustomize` makes of our overlays, as far as we use it: resources, patches, config maps, names of images."""

import copy
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from sesame_local.place import REPOSITORY

FOLDER = REPOSITORY / "deploy" / "kubernetes"
OVERLAYS = ("trial", "production")
Manifest = dict[str, Any]
Key = tuple[str, str]


@cache
def read(file: Path) -> list[Manifest]:
    """The manifests of a file; nobody changes them."""
    return [manifest for manifest in yaml.load_all(file.read_text(), yaml.CSafeLoader) if manifest]


@cache
def rendered(overlay: str) -> dict[Key, Manifest]:
    """All manifests of an overlay, by kind and name; nobody changes them. Raises KeyError for a patch of what is not there."""
    folder = FOLDER / "overlays" / overlay
    (said,) = read(folder / "kustomization.yaml")
    assert said.keys() <= {"apiVersion", "kind", "namespace", "resources", "configMapGenerator", "patches", "images"}
    made: dict[Key, Manifest] = {}
    for manifest in _resources(folder):
        key = (manifest["kind"], manifest["metadata"]["name"])
        assert key not in made, key
        made[key] = manifest
    for patch in said.get("patches", ()):
        if "path" in patch:
            for change in read(folder / patch["path"]):
                key = (change["kind"], change["metadata"]["name"])
                made[key] = merged(made[key], change)
        else:
            assert yaml.safe_load(patch["patch"])["$patch"] == "delete"
            kind = patch["target"]["kind"]
            gone = [key for key in made if key[0] == kind]
            assert gone, kind
            for key in gone:
                del made[key]
    for settings in said["configMapGenerator"]:
        data = dict(literal.split("=", 1) for literal in settings["literals"])
        made["ConfigMap", settings["name"]] = {"data": data}
    return made


def images(overlay: str) -> set[str]:
    """The images to which an overlay gives another name or version."""
    (said,) = read(FOLDER / "overlays" / overlay / "kustomization.yaml")
    return {image["name"] for image in said.get("images", ())}


def _resources(folder: Path) -> Iterator[Manifest]:
    (said,) = read(folder / "kustomization.yaml")
    for name in said["resources"]:
        path = folder / name
        if path.is_dir():
            yield from _resources(path)
        else:
            yield from read(path)


def merged(manifest: Any, change: Any) -> Any:
    """A strategic merge: objects by field, lists of named things by name, of mounts by place, other lists whole."""
    if isinstance(manifest, dict) and isinstance(change, dict):
        return {**manifest, **{name: merged(manifest.get(name), value) for name, value in change.items()}}
    if (
        isinstance(manifest, list)
        and isinstance(change, list)
        and all(isinstance(one, dict) and "name" in one for one in (*manifest, *change))
    ):
        by = "mountPath" if all("mountPath" in one for one in change) else "name"
        known = {one[by]: one for one in manifest}
        return [*({**known, **{one[by]: merged(known.get(one[by]), one) for one in change}}).values()]
    return copy.deepcopy(change)
