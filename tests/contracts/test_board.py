"""The board of Grafana shows metrics that exist, from the source that is provisioned, and no panel lies on another."""

import json
import re
from typing import Any

import prometheus_client
import yaml

import chassis.metrics  # noqa: F401  # registers what processes show
import clock.__main__  # noqa: F401
from sesame_local.place import REPOSITORY

GRAFANA = REPOSITORY / "deploy" / "grafana"
BOARD: dict[str, Any] = json.loads((GRAFANA / "boards" / "sesame.json").read_text())
FUNCTIONS = {"by", "count", "histogram_quantile", "increase", "le", "max", "min", "or", "rate", "sum", "vector"}
LABELS = {"service", "topic", "outcome", "kind"}
OTHERS = {"up", "process_cpu_seconds_total", "process_resident_memory_bytes"}
"""Prometheus' own, and what every Python process shows on Linux."""


def test_every_metric_that_is_shown_exists() -> None:
    known = {
        sample
        for metric in prometheus_client.REGISTRY.collect()
        for sample in (metric.name, f"{metric.name}_total", f"{metric.name}_bucket")
    }
    for panel in BOARD["panels"]:
        for target in panel["targets"]:
            names = set(re.findall(r"[a-z_]{2,}", re.sub(r"\[\w+\]", "", target["expr"]))) - FUNCTIONS - LABELS
            assert names and names <= known | OTHERS, target["expr"]


def test_what_is_provisioned_fits_together() -> None:
    (source,) = yaml.safe_load((GRAFANA / "provisioning" / "datasources" / "prometheus.yml").read_text())["datasources"]
    (provider,) = yaml.safe_load((GRAFANA / "provisioning" / "dashboards" / "boards.yml").read_text())["providers"]
    compose = yaml.safe_load((REPOSITORY / "deploy" / "compose" / "compose.yml").read_text())["services"]["grafana"]
    assert f"../grafana/boards:{provider['options']['path']}:ro" in compose["volumes"]
    for panel in BOARD["panels"]:
        assert {target["datasource"]["uid"] for target in panel["targets"]} <= {source["uid"]} and panel["title"]


def test_no_panel_lies_on_another() -> None:
    taken: set[tuple[int, int]] = set()
    for panel in BOARD["panels"]:
        place = panel["gridPos"]
        cells = {(x, y) for x in range(place["x"], place["x"] + place["w"]) for y in range(place["y"], place["y"] + place["h"])}
        assert not cells & taken and place["x"] + place["w"] <= 24
        taken |= cells
    assert len({panel["id"] for panel in BOARD["panels"]}) == len(BOARD["panels"])
