"""The processes of an installation: what runs, how many of it, and what comes before it."""

import json
from collections.abc import Mapping
from typing import Any

from sesame_local.place import DATABASES, READER, SERVICES

from .network import HEALTH, PORTS, TO_ITS_END
from .storage import CLUSTER, SERVER

Manifest = dict[str, Any]
Table = Mapping[str, Mapping[str, Any]]
SETTINGS: Mapping[str, tuple[str, ...]] = {
    "identity": ("settings", "mails", "agents"),
    "billing": ("settings", "years"),
    "gateway-worker": ("settings", "mails", "region", "invoices"),
    "gateway-web": ("settings", "region", "pages"),
    "auditor": (),
    "backup": (),
}
"""ConfigMaps of an overlay, by process; the others have `settings` alone."""
AUTHORITIES = "/authorities"
BACKUPS = "/backups"
A_NIGHT = 14_400
"""Seconds after which a backup has gone wrong, and whoever restores one has forgotten to say that it is done."""


def deployed(table: Table, calls: Mapping[str, list[str]]) -> list[Manifest]:
    """Deployment and Service of each, and a PodDisruptionBudget where there are several."""
    made = []
    for name, row in table.items():
        made += [_deployment(name, row, calls[name]), _service(name)]
        if row["replicas"][0] > 1:
            spec = {"maxUnavailable": 1, "selector": {"matchLabels": _labels(name, "process")}}
            made.append({"apiVersion": "policy/v1", "kind": "PodDisruptionBudget", "metadata": {"name": name}, "spec": spec})
    return made


def migrations(table: Table, calls: Mapping[str, list[str]]) -> list[Manifest]:
    """Those who own a database bring it to what their version needs: before the first process is replaced."""
    owners = [*SERVICES, "gateway-worker"]
    return [
        {
            "apiVersion": "batch/v1",
            "kind": "Job",
            "metadata": {"name": f"migrate-{name}", "labels": _labels(name, "migration")},
            "spec": {
                "backoffLimit": 10,
                "ttlSecondsAfterFinished": 86400,
                "template": _pod(name, "migration", calls[name], {"args": ["migrate"], "resources": _resources(table[name])}, "OnFailure"),
            },
        }
        for name in owners
    ]


def scaling(table: Table, prometheus: str) -> list[Manifest]:
    """Another replica when records wait, or what is decided is not said; of the pages when they compute."""
    made = []
    for name, row in table.items():
        fewest, most = row["replicas"]
        if most > fewest:
            spec = {
                "scaleTargetRef": {"name": name},
                "minReplicaCount": fewest,
                "maxReplicaCount": most,
                "pollingInterval": 15,
                # A replica that joins or leaves stops reading for a moment: not more often than that pays.
                "cooldownPeriod": 600,
                "advanced": {"horizontalPodAutoscalerConfig": {"behavior": {"scaleDown": {"stabilizationWindowSeconds": 600}}}},
                "triggers": _triggers(name, row, prometheus),
            }
            made.append({"apiVersion": "keda.sh/v1alpha1", "kind": "ScaledObject", "metadata": {"name": name}, "spec": spec})
    return made


def _triggers(name: str, row: Mapping[str, Any], prometheus: str) -> list[Manifest]:
    if "lag" not in row:
        return [{"type": "cpu", "metricType": "Utilization", "metadata": {"value": "70"}}]
    service = name.partition("-")[0]
    lag = {"query": f'sum(sesame_lag_records{{service="{service}"}})', "threshold": str(row["lag"])}
    age = {"query": f'max(sesame_outbox_age_seconds{{service="{service}"}})', "threshold": "30"}
    return [
        {"type": "prometheus", "metricType": "AverageValue", "metadata": {"serverAddress": prometheus, **lag}},
        {"type": "prometheus", "metricType": "Value", "metadata": {"serverAddress": prometheus, **age}},
    ]


def auditor(table: Table, calls: list[str]) -> Manifest:
    """Every night; what it finds is in its log, and it ends with an error."""
    more = [
        *_read(),
        {"name": "SESAME_ADDRESSES", "value": json.dumps([f"http://{name}:{HEALTH}/metrics" for name in table])},
    ]
    resources = {"requests": {"cpu": "200m", "memory": "256Mi"}, "limits": {"memory": "1Gi"}}
    pod = _pod("auditor", "audit", calls, {"resources": resources}, "Never", more, room="20Gi")
    job = {"backoffLimit": 0, "ttlSecondsAfterFinished": 604800, "template": pod}
    spec = {"schedule": "0 3 * * *", "timeZone": "Europe/Paris", "concurrencyPolicy": "Forbid", "jobTemplate": {"spec": job}}
    return {"apiVersion": "batch/v1", "kind": "CronJob", "metadata": {"name": "auditor"}, "spec": spec}


def backups(calls: list[str]) -> list[Manifest]:
    """A volume, a backup in it every night, and, while somebody restores one, a place to type in."""
    claim = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "50Gi"}}}
    owners = json.dumps({name: _dsn(name, name, _password(name)) for name in DATABASES})
    restoring = [*(_secret(_password(name), f"{SERVER}-{name}") for name in DATABASES), {"name": "SESAME_DATABASES", "value": owners}]
    return [
        {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": "backups"}, "spec": claim},
        _backup_job("backup", calls, {"args": ["keep", BACKUPS, "--days", "30"]}, _read(), {"schedule": "30 1 * * *"}),
        # Never by itself: kubectl create job --from=cronjob/restore.
        _backup_job("restore", calls, {"command": ["sleep", str(A_NIGHT)]}, restoring, {"schedule": "0 0 1 1 *", "suspend": True}),
    ]


def _read() -> list[Manifest]:
    """Every database, as who may write none."""
    databases = json.dumps({name: _dsn(name, READER) + "&default_transaction_read_only=on" for name in DATABASES})
    return [_secret("DATABASE_PASSWORD", f"{SERVER}-{READER}"), {"name": "SESAME_DATABASES", "value": databases}]


def _backup_job(name: str, calls: list[str], container: Manifest, more: list[Manifest], when: Manifest) -> Manifest:
    resources = {"requests": {"cpu": "200m", "memory": "256Mi"}, "limits": {"memory": "1Gi"}}
    pod = _pod("backup", name, calls, {**container, "resources": resources}, "Never", more)
    # The volume is made ours once: files in it stay their user's alone.
    pod["spec"]["securityContext"] |= {"fsGroup": 10001, "fsGroupChangePolicy": "OnRootMismatch"}
    pod["spec"]["containers"][0]["volumeMounts"].append({"name": "backups", "mountPath": BACKUPS})
    pod["spec"]["volumes"].append({"name": "backups", "persistentVolumeClaim": {"claimName": "backups"}})
    job = {"backoffLimit": 2, "activeDeadlineSeconds": A_NIGHT, "ttlSecondsAfterFinished": 604800, "template": pod}
    spec = {**when, "timeZone": "Europe/Paris", "concurrencyPolicy": "Forbid", "jobTemplate": {"spec": job}}
    return {"apiVersion": "batch/v1", "kind": "CronJob", "metadata": {"name": name}, "spec": spec}


def _deployment(name: str, row: Mapping[str, Any], calls: list[str]) -> Manifest:
    ports = [{"name": "health", "containerPort": HEALTH}, *([{"name": "http", "containerPort": PORTS[name]}] if name in PORTS else [])]
    probes = {
        "livenessProbe": {"httpGet": {"path": "/live", "port": "health"}, "periodSeconds": 10, "timeoutSeconds": 5, "failureThreshold": 3},
        "readinessProbe": {"httpGet": {"path": "/ready", "port": "health"}, "periodSeconds": 5, "timeoutSeconds": 5},
    }
    spec = {
        "selector": {"matchLabels": _labels(name, "process")},
        "strategy": {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 1, "maxUnavailable": 0}},
        "template": _pod(name, "process", calls, {"ports": ports, **probes, "resources": _resources(row)}, "Always"),
    }
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": name, "labels": _labels(name, "process")}, "spec": spec}


def _service(name: str) -> Manifest:
    ports = [{"name": "health", "port": HEALTH}, *([{"name": "http", "port": PORTS[name]}] if name in PORTS else [])]
    spec = {"selector": _labels(name, "process"), "ports": ports}
    return {"apiVersion": "v1", "kind": "Service", "metadata": {"name": name, "labels": _labels(name, "process")}, "spec": spec}


def _pod(
    name: str, part: str, calls: list[str], container: Manifest, restart: str, more: list[Manifest] | None = None, room: str = "1Gi"
) -> Manifest:
    authorities = {"kafka": f"{CLUSTER}-cluster-ca-cert", "postgres": f"{SERVER}-ca"}
    mounted = [whom for whom in authorities if whom in calls]
    spec = {
        "automountServiceAccountToken": False,
        "restartPolicy": restart,
        "terminationGracePeriodSeconds": 30,
        "securityContext": {"runAsNonRoot": True, "runAsUser": 10001, "runAsGroup": 10001, "seccompProfile": {"type": "RuntimeDefault"}},
        "containers": [
            {
                "name": "process",
                "image": f"sesame/{name}",
                "envFrom": [{"configMapRef": {"name": map}} for map in SETTINGS.get(name, ("settings",))],
                "env": [*_environment(name, calls), *(more or [])],
                **container,
                "securityContext": {
                    "readOnlyRootFilesystem": True,
                    "allowPrivilegeEscalation": False,
                    "capabilities": {"drop": ["ALL"]},
                },
                "volumeMounts": [
                    {"name": "tmp", "mountPath": "/tmp"},
                    *({"name": whom, "mountPath": f"{AUTHORITIES}/{whom}", "readOnly": True} for whom in mounted),
                ],
            }
        ],
        "volumes": [
            {"name": "tmp", "emptyDir": {"sizeLimit": room}},
            *({"name": whom, "secret": {"secretName": authorities[whom], "items": _certificate()}} for whom in mounted),
        ],
    }
    if part == "process":
        spec["topologySpreadConstraints"] = [
            {
                "maxSkew": 1,
                "topologyKey": "kubernetes.io/hostname",
                "whenUnsatisfiable": "ScheduleAnyway",
                "labelSelector": {"matchLabels": _labels(name, part)},
            }
        ]
    return {"metadata": {"labels": _labels(name, part)}, "spec": spec}


def _environment(name: str, calls: list[str]) -> list[Manifest]:
    """What a process is told that no overlay says: whom it calls, and as who."""
    principal = READER if name in TO_ITS_END else name.partition("-")[0]
    told: list[Manifest] = []
    if "kafka" in calls:
        told += [
            {"name": "SESAME_KAFKA", "value": f"{CLUSTER}-kafka-bootstrap:{PORTS['kafka']}"},
            {"name": "SESAME_KAFKA_CA", "value": f"{AUTHORITIES}/kafka/ca.crt"},
            {"name": "SESAME_KAFKA_USER", "value": principal},
            _secret("SESAME_KAFKA_PASSWORD", principal),
        ]
    if "postgres" in calls and name not in TO_ITS_END:
        role = "gateway_web" if name == "gateway-web" else principal
        told += [
            _secret("DATABASE_PASSWORD", f"{SERVER}-{role.replace('_', '-')}"),
            {"name": "SESAME_DATABASE", "value": _dsn(principal, role)},
        ]
    if "mail" in calls:
        told += [_optional(_secret("SESAME_SMTP_USER", "smtp", "username")), _optional(_secret("SESAME_SMTP_PASSWORD", "smtp"))]
    if name == "identity" or "identity" in calls:
        told.append(_secret("SESAME_GATEWAY_KEY", "gateway-key", "key"))
    if name == "identity":
        told.append(_secret("SESAME_FACTOR_KEY", "factor-key", "key"))
    return told


def _dsn(database: str, role: str, password: str = "DATABASE_PASSWORD") -> str:
    """Kubernetes puts the password in. It is made of letters and digits alone: nothing in it must be escaped."""
    server = f"{SERVER}-rw:{PORTS['postgres']}"
    return f"postgresql://{role}:$({password})@{server}/{database}?sslmode=verify-full&sslrootcert={AUTHORITIES}/postgres/ca.crt"


def _password(owner: str) -> str:
    return f"DATABASE_PASSWORD_{owner.upper()}"


def _secret(variable: str, secret: str, key: str = "password") -> Manifest:
    return {"name": variable, "valueFrom": {"secretKeyRef": {"name": secret, "key": key}}}


def _optional(variable: Manifest) -> Manifest:
    """A mail server may ask nobody who he is."""
    variable["valueFrom"]["secretKeyRef"]["optional"] = True
    return variable


def _certificate() -> list[Manifest]:
    return [{"key": "ca.crt", "path": "ca.crt"}]


def _resources(row: Mapping[str, Any]) -> Manifest:
    usual, most = row["memory"]
    return {"requests": {"cpu": row["cpu"], "memory": usual}, "limits": {"memory": most}}


def _labels(name: str, part: str) -> dict[str, str]:
    return {"app.kubernetes.io/name": name, "app.kubernetes.io/component": part, "app.kubernetes.io/part-of": "sesame"}
