"""The manifests that follow from the project's tables: `.venv/bin/python deploy/kubernetes/generate.py` writes base/generated/.

Topics and users from deploy/kafka/topics.toml, who reaches whom from deploy/network.toml, processes from processes.toml, databases and
roles from `sesame_local.place`, alert rules from deploy/prometheus. A test says when a file is no longer what its table says.
"""

import sys
import tomllib
from pathlib import Path
from typing import Any

import yaml

sys.path.insert(0, str(Path(__file__).parents[2]))

from deploy.kubernetes import network, processes, storage

FOLDER = Path(__file__).parent / "base" / "generated"
HEAD = "# Written by deploy/kubernetes/generate.py: change its table instead.\n"
Manifest = dict[str, Any]


class _Plain(yaml.SafeDumper):
    """Writes each value where it stands, also one that stands twice."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002
        return True


def files() -> dict[str, str]:
    """Every file of base/generated, by its name."""
    tables = Path(__file__).parents[1]
    known = tomllib.loads((tables / "network.toml").read_text())
    table = tomllib.loads((Path(__file__).parent / "processes.toml").read_text())
    rules = tables / "prometheus" / "rules.yml"
    calls, prometheus = known["calls"], table.pop("prometheus")
    made: dict[str, list[Manifest]] = {
        "kafka.yaml": storage.kafka(calls),
        "topics.yaml": storage.topics(),
        "users.yaml": storage.users(),
        "databases.yaml": storage.databases(),
        "network.yaml": network.policies(known),
        "processes.yaml": processes.deployed(table, calls),
        "migrations.yaml": processes.migrations(table, calls),
        "scaling.yaml": processes.scaling(table, prometheus),
        "auditor.yaml": [processes.auditor(table, calls["auditor"])],
        "backups.yaml": processes.backups(calls["backup"]),
        "alerts.yaml": storage.alerts(rules),
    }
    made["kustomization.yaml"] = [{"apiVersion": "kustomize.config.k8s.io/v1beta1", "kind": "Kustomization", "resources": sorted(made)}]
    return {
        name: HEAD + yaml.dump_all(manifests, Dumper=_Plain, sort_keys=False, allow_unicode=True, width=140)
        for name, manifests in made.items()
    }


if __name__ == "__main__":
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, text in files().items():
        (FOLDER / name).write_text(text)
