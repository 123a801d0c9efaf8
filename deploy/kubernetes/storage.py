"""What holds data: Kafka's topics and users as Strimzi's operator wants them, databases and roles as CloudNativePG's does."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from sesame_local import topics as table
from sesame_local.place import DATABASES, GUESTS, READER

CLUSTER = "sesame"
"""Of Kafka."""
SERVER = "postgres"
"""Of PostgreSQL."""
Manifest = dict[str, Any]


def kafka(calls: Mapping[str, Sequence[str]]) -> list[Manifest]:
    """Three nodes, encrypted, everybody by name and password; Strimzi makes the network policy of who is named here."""
    names = [name for name, whom in calls.items() if "kafka" in whom]
    inside = {"podSelector": {"matchExpressions": [{"key": "app.kubernetes.io/name", "operator": "In", "values": names}]}}
    listener = {"name": "inside", "port": 9093, "type": "internal", "tls": True, "authentication": {"type": "scram-sha-512"}}
    principals = {name.partition("-")[0] for name in names}
    others = [
        {"namespaceSelector": {"matchLabels": {f"sesame/{name}": "true"}}} for name in table.load().principals if name not in principals
    ]
    pool = {
        "apiVersion": "kafka.strimzi.io/v1",
        "kind": "KafkaNodePool",
        "metadata": {"name": "nodes", "labels": {"strimzi.io/cluster": CLUSTER}},
        "spec": {
            "replicas": 3,
            "roles": ["controller", "broker"],
            "storage": {"type": "jbod", "volumes": [{"id": 0, "type": "persistent-claim", "size": "50Gi", "kraftMetadata": "shared"}]},
            "resources": {"requests": {"cpu": "500m", "memory": "2Gi"}, "limits": {"memory": "2Gi"}},
        },
    }
    cluster = {
        "apiVersion": "kafka.strimzi.io/v1",
        "kind": "Kafka",
        "metadata": {"name": CLUSTER},
        "spec": {
            "kafka": {
                "listeners": [{**listener, "networkPolicyPeers": [inside, *others]}],
                "authorization": {"type": "simple"},
                "config": {
                    "auto.create.topics.enable": False,
                    "default.replication.factor": 3,
                    "min.insync.replicas": 2,
                    "offsets.topic.replication.factor": 3,
                    "transaction.state.log.replication.factor": 3,
                    "transaction.state.log.min.isr": 2,
                },
            },
            "entityOperator": {"topicOperator": {}, "userOperator": {}},
        },
    }
    return [pool, cluster]


def topics() -> list[Manifest]:
    """How many copies a topic has, the cluster says (`default.replication.factor`)."""
    return [
        {
            "apiVersion": "kafka.strimzi.io/v1",
            "kind": "KafkaTopic",
            "metadata": {"name": topic.name, "labels": {"strimzi.io/cluster": CLUSTER}},
            "spec": {"topicName": topic.name, "partitions": topic.partitions, "config": dict(topic.config)},
        }
        for topic in table.load().topics.values()
    ]


def users() -> list[Manifest]:
    """The operator makes each one's password, and keeps it in a Secret of the user's name."""
    return [
        {
            "apiVersion": "kafka.strimzi.io/v1",
            "kind": "KafkaUser",
            "metadata": {"name": principal.name, "labels": {"strimzi.io/cluster": CLUSTER}},
            "spec": {
                "authentication": {"type": "scram-sha-512"},
                "authorization": {
                    "type": "simple",
                    "acls": [
                        *(_allowed("topic", topic, ["Read", "Describe"]) for topic in sorted(principal.reads)),
                        *(_allowed("topic", topic, ["Write", "Describe"]) for topic in sorted(principal.writes)),
                        _allowed("group", principal.group_prefix, ["Read"], "prefix"),
                    ],
                },
            },
        }
        for principal in table.load().principals.values()
    ]


def _allowed(kind: str, name: str, operations: list[str], pattern: str = "literal") -> Manifest:
    return {"type": "allow", "resource": {"type": kind, "name": name, "patternType": pattern}, "operations": operations, "host": "*"}


def databases() -> list[Manifest]:
    """A patch of the cluster: its roles, and who may come to which database; then a database for each who owns data."""
    roles = [*DATABASES, *(guest for guests in GUESTS.values() for guest in guests), READER]
    comes = [
        *(f"hostssl {name} {role} all scram-sha-256" for name in DATABASES for role in (name, *GUESTS.get(name, ()), READER)),
        # PostgreSQL lets everybody into a new database: here nobody else comes.
        *(f"host all {role} all reject" for role in roles),
    ]
    cluster = {
        "apiVersion": "postgresql.cnpg.io/v1",
        "kind": "Cluster",
        "metadata": {"name": SERVER},
        "spec": {
            "instances": 3,
            "imageName": "ghcr.io/cloudnative-pg/postgresql:18",
            # The C.UTF-8 of PostgreSQL itself: the same order and the same lower() everywhere.
            "bootstrap": {"initdb": {"encoding": "UTF8", "localeProvider": "builtin", "builtinLocale": "C.UTF-8", "locale": "C.UTF-8"}},
            "storage": {"size": "20Gi"},
            "postgresql": {"parameters": {"max_connections": "400"}, "pg_hba": comes},
            "managed": {"roles": [_role(role) for role in roles]},
            "resources": {"requests": {"cpu": "500m", "memory": "1Gi"}, "limits": {"memory": "2Gi"}},
        },
    }
    return [cluster, *map(_database, DATABASES)]


def _role(name: str) -> Manifest:
    """Its password is in a Secret that whoever installs makes."""
    role = {"name": name, "ensure": "present", "login": True, "passwordSecret": {"name": f"{SERVER}-{name.replace('_', '-')}"}}
    return {**role, "inRoles": ["pg_read_all_data"]} if name == READER else role


def _database(name: str) -> Manifest:
    """Ordered as the cluster was begun, whose copy it is."""
    spec = {"name": name, "owner": name, "cluster": {"name": SERVER}, "databaseReclaimPolicy": "retain"}
    return {"apiVersion": "postgresql.cnpg.io/v1", "kind": "Database", "metadata": {"name": name}, "spec": spec}


def alerts(rules: Path) -> list[Manifest]:
    """The alert rules, for the Prometheus operator."""
    spec = yaml.safe_load(rules.read_text()) if rules.exists() else {"groups": []}
    return [{"apiVersion": "monitoring.coreos.com/v1", "kind": "PrometheusRule", "metadata": {"name": "sesame"}, "spec": spec}]
