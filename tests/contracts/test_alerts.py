"""Alert rules: Prometheus reads them, they watch what is measured, every alarm has one, and each leads to a page that says what to do."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import promql_parser
import pytest
import yaml
from prometheus_client.metrics import MetricWrapperBase

import clock.__main__ as clock
from chassis import metrics
from sesame_local.place import SERVICES

ROOT = Path(__file__).parents[2]
RULES: list[dict[str, Any]] = [
    rule for group in yaml.safe_load((ROOT / "deploy/prometheus/rules.yml").read_text())["groups"] for rule in group["rules"]
]
BY_NAME = {rule["alert"]: rule for rule in RULES}
RUNBOOKS = (ROOT / "deploy/RUNBOOKS.md").read_text()
PARTS = ("**You see**", "**It means**", "**Do**", "**It is over**")
OF_OTHERS = {
    *("up", "process_start_time_seconds"),
    *("kube_cronjob_created", "kube_cronjob_status_last_successful_time"),
    *("kubelet_volume_stats_available_bytes", "kubelet_volume_stats_capacity_bytes"),
    *("node_filesystem_avail_bytes", "node_filesystem_size_bytes"),
}
"""What Prometheus itself tells, kube-state-metrics and the kubelets of a cluster, and compose's machine."""


def measured() -> Iterator[str]:
    """The name of every series that a process of ours shows."""
    for metric in [*vars(metrics).values(), *vars(clock).values()]:
        if isinstance(metric, MetricWrapperBase):
            for family in metric.describe():
                yield from {
                    "counter": (f"{family.name}_total",),
                    "histogram": tuple(f"{family.name}_{part}" for part in ("bucket", "count", "sum")),
                }.get(family.type, (family.name,))


def watched(expression: str) -> set[str]:
    """The series that an expression looks at."""
    return set(re.findall(r"\b(sesame_\w+|up\b|process_\w+|kube(?:let)?_\w+|node_\w+)", promql_parser.parse(expression).prettify()))


@pytest.mark.parametrize("name", BY_NAME)
def test_an_alert_is_read_by_prometheus_and_watches_what_is_measured(name: str) -> None:
    rule = BY_NAME[name]
    assert watched(rule["expr"]) and watched(rule["expr"]) <= {*measured(), *OF_OTHERS}
    assert re.fullmatch(r"\d+[mh]", rule.get("for", "0m")) and rule["labels"]["severity"] in {"page", "ticket"}
    assert rule["annotations"]["summary"].endswith(".") and set(rule) <= {"alert", "expr", "for", "labels", "annotations"}


@pytest.mark.parametrize("name", BY_NAME)
def test_an_alert_leads_to_a_runbook_that_says_what_one_sees_what_it_means_what_to_do_and_when_it_is_over(name: str) -> None:
    assert BY_NAME[name]["annotations"]["runbook"] == f"deploy/RUNBOOKS.md#{name.lower()}"
    (said,) = re.findall(rf"^## {name}\n(.*?)(?=^## |\Z)", RUNBOOKS, re.MULTILINE | re.DOTALL)
    assert all(part in said for part in PARTS) and said.count("\n") <= 16


def test_there_is_no_alert_twice_and_no_runbook_without_an_alert() -> None:
    assert len(BY_NAME) == len(RULES) and re.findall(r"^## (\w+)$", RUNBOOKS, re.MULTILINE) == list(BY_NAME)


def test_every_link_of_a_runbook_leads_somewhere() -> None:
    for path, anchor in re.findall(r"\]\(([\w./-]*)#?(\w*)\)", RUNBOOKS):
        assert not path or (ROOT / "deploy" / path).exists(), path
        assert not anchor or anchor in {name.lower() for name in BY_NAME}, anchor


def test_every_kind_of_alarm_is_raised_somewhere_and_has_an_alert() -> None:
    code = "\n".join(path.read_text() for folder in ("chassis", "gateway", "services", "clock") for path in (ROOT / folder).rglob("*.py"))
    raised = set(re.findall(r'metrics\.alarm\([^()]*, "([a-z-]+)"|_alarm\("([a-z-]+)"', code))
    watched_kinds = {kind for rule in RULES for kind in re.findall(r'sesame_alarms_total\{kind="([a-z-]+)"\}', rule["expr"])}
    assert {one or other for one, other in raised} == set(get_args(metrics.Alarm)) == watched_kinds


def test_every_process_that_is_missing_is_missed() -> None:
    processes = {*SERVICES, "gateway", "gateway-web", "clock"}
    assert set(re.findall(r'service="([a-z-]+)"', BY_NAME["ProcessMissing"]["expr"])) == processes


def test_every_line_of_a_log_and_every_command_that_a_runbook_names_exists() -> None:
    code = "\n".join(path.read_text() for folder in ("chassis", "gateway", "services", "clock") for path in (ROOT / folder).rglob("*.py"))
    told = {text for text in re.findall(r"`([^`\n]+)`", RUNBOOKS) if " " in text and re.fullmatch(r"[a-z ]+", text)}
    commands = {text for text in told if text.split()[0] in {"parked", "docker", "kubectl", "operator"}}
    processes = {"gateway web", "gateway worker"}
    unknown = {text for text in told - commands - processes if text not in code}
    assert not unknown, unknown
