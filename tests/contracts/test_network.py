"""Who talks to whom is said once: processes, Kafka's principals and rights, network policies and the picture agree."""

import re
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from sesame_local import topics
from sesame_local.place import READER, REPOSITORY, Place
from sesame_local.supervise import PROCESSES, Installation
from tests.contracts.kustomized import OVERLAYS, read
from tests.contracts.test_compose import told as compose
from tests.contracts.test_kubernetes import told as cluster

TABLE = tomllib.loads((REPOSITORY / "deploy" / "network.toml").read_text())
CALLS: dict[str, list[str]] = TABLE["calls"]
TOLD: dict[str, list[str]] = TABLE["told"]
OUTSIDE = [name for name in topics.load().principals if name not in {process.partition("-")[0] for process in CALLS}]
"""Systems that are not ours."""
OPERATOR = {"auditor", "backup"}
"""What an operator runs, beside the processes."""
VARIABLES = {"SESAME_KAFKA": "kafka", "SESAME_DATABASE": "postgres", "SESAME_SMTP": "mail", "SESAME_IDENTITY_URL": "identity"}
"""Who is told where somebody is calls them."""


def manifests(kind: str) -> Iterable[dict[str, Any]]:
    for file in sorted((REPOSITORY / "deploy" / "kubernetes" / "base" / "generated").glob("*.yaml")):
        yield from (manifest for manifest in read(file) if manifest["kind"] == kind)


def test_the_table_names_every_process_and_whom_each_is_told_of(tmp_path: Path) -> None:
    assert CALLS.keys() == {*PROCESSES, *OPERATOR}
    installation = Installation(Place(tmp_path, 8000))
    for process in PROCESSES:
        told = installation.environment(process)
        assert {whom for variable, whom in VARIABLES.items() if variable in told} == set(CALLS[process]), process


def test_every_process_that_runs_on_may_send_its_traces() -> None:
    assert set(TOLD["collector"]) == set(PROCESSES)


def test_so_do_compose_and_the_manifests() -> None:
    for process in PROCESSES:
        assert {whom for variable, whom in VARIABLES.items() if variable in compose(process)} == set(CALLS[process]), process
        for overlay in OVERLAYS:
            assert {whom for variable, whom in VARIABLES.items() if variable in cluster(overlay, process)} == set(CALLS[process]), process


def test_who_calls_kafka_has_a_principal_and_the_others_speak_for_systems_of_the_region() -> None:
    callers = {name.partition("-")[0] for name, whom in CALLS.items() if "kafka" in whom}
    principals = topics.load().principals
    assert callers - {"backup"} <= principals.keys(), "who takes backups comes as the auditor"
    for overlay in OVERLAYS:
        assert {cluster(overlay, name)["SESAME_KAFKA_USER"] for name in OPERATOR} == {READER}
    assert {compose(name)["SESAME_KAFKA_USER"] for name in OPERATOR} == {READER}
    assert not principals[READER].writes
    for name in OUTSIDE:
        assert all(topic.startswith("region.") for topic in principals[name].writes), name


def test_the_users_of_a_cluster_have_the_rights_of_the_table_and_no_others() -> None:
    users = {}
    for user in manifests("KafkaUser"):
        rights = {"reads": set(), "writes": set(), "groups": set()}  # type: dict[str, set[str]]
        for acl in user["spec"]["authorization"]["acls"]:
            resource, operations = acl["resource"], set(acl["operations"])
            if resource["type"] == "group":
                assert (resource["patternType"], operations) == ("prefix", {"Read"})
                rights["groups"].add(resource["name"])
            else:
                assert resource["patternType"] == "literal" and operations in ({"Read", "Describe"}, {"Write", "Describe"})
                rights["reads" if "Read" in operations else "writes"].add(resource["name"])
        users[user["metadata"]["name"]] = rights
    assert users == {
        principal.name: {"reads": set(principal.reads), "writes": set(principal.writes), "groups": {principal.group_prefix}}
        for principal in topics.load().principals.values()
    }


@pytest.mark.parametrize("whom", ["kafka", "postgres", "identity", "mail", "collector"])
def test_network_policies_let_out_and_in_whom_the_table_names(whom: str) -> None:
    of_table = {name for name, called in CALLS.items() if whom in called} | set(TOLD.get(whom, ()))
    policies = {policy["metadata"]["name"]: policy["spec"] for policy in manifests("NetworkPolicy")}
    if whom in {"mail", "collector"}:
        (expression,) = policies[whom]["podSelector"]["matchExpressions"]
        assert set(expression["values"]) == of_table
        return
    selectors = {
        "kafka": {"strimzi.io/cluster": "sesame", "strimzi.io/kind": "Kafka"},
        "postgres": {"cnpg.io/cluster": "postgres"},
        "identity": {"app.kubernetes.io/name": "identity"},
    }
    let_out = {
        name
        for name in CALLS
        for rule in policies[name].get("egress", ())
        if {"podSelector": {"matchLabels": selectors[whom]}} in rule["to"]
    }
    assert let_out == of_table
    if whom == "kafka":
        (cluster,) = manifests("Kafka")
        (listener,) = cluster["spec"]["kafka"]["listeners"]
        inside, *outside = listener["networkPolicyPeers"]
        assert set(inside["podSelector"]["matchExpressions"][0]["values"]) == of_table
        assert [*outside] == [{"namespaceSelector": {"matchLabels": {f"sesame/{name}": "true"}}} for name in OUTSIDE]
    else:
        let_in = {
            peer["podSelector"]["matchLabels"]["app.kubernetes.io/name"]
            for rule in policies[whom]["ingress"]
            if 9000 not in [port["port"] for port in rule["ports"]]
            for peer in rule["from"]
            if "app.kubernetes.io/name" in peer.get("podSelector", {}).get("matchLabels", {})
        }
        assert let_in == of_table


def test_all_that_is_ours_may_do_nothing_but_what_a_policy_says() -> None:
    policies = {policy["metadata"]["name"]: policy["spec"] for policy in manifests("NetworkPolicy")}
    nothing = policies["nothing-else"]
    assert nothing["podSelector"]["matchLabels"] == {"app.kubernetes.io/part-of": "sesame"} and "ingress" not in nothing
    assert set(nothing["policyTypes"]) == {"Ingress", "Egress"}
    assert CALLS.keys() <= policies.keys()


def test_the_picture_shows_what_the_tables_say() -> None:
    """Its arrows: a topic, or one process that another calls by HTTP."""
    picture = (REPOSITORY / "ARCHITECTURE.md").read_text().split("## The picture")[1].split("```")[1]
    table = topics.load()
    for topic in ("billing.invoices", "region.decisions", "events", "calendar"):
        assert topic in picture and topic in table.topics
    http = re.findall(r"(\w+) ── internal http [^─]*──►\s+(\w+)", picture)
    ours = [(name, whom) for name, called in CALLS.items() for whom in called if whom in CALLS]
    assert http == [(name.partition("-")[0], whom) for name, whom in ours] == [("gateway", "identity")]
    (calendar,) = re.findall(r"(\w+) ── calendar ──► all", picture)
    assert [principal.name for principal in table.principals.values() if "calendar" in principal.writes] == [calendar]
    services = {"identity", "actions", "declarations", "billing", "surveys"}
    assert services <= set(re.findall(r"\w+", picture))
    assert {name for name, principal in table.principals.items() if "events" in principal.writes} == services
    for service in services:
        assert f"{service}.commands" in table.principals["gateway"].writes and "events" in table.principals["gateway"].reads
        assert "calendar" in table.principals[service].reads
