"""deploy/kubernetes: generated files are in step, every manifest has its kind's form, and all that it refers to is there."""

import json
import re
from collections.abc import Iterator
from typing import Any

import kubernetes_validate
import pytest
from jsonschema import Draft202012Validator

from deploy.kubernetes import generate
from sesame_local.place import DATABASES, GUESTS, READER, SERVICES
from sesame_local.supervise import PROCESSES
from tests.contracts.kustomized import FOLDER, OVERLAYS, Manifest, images, rendered
from tests.contracts.telling import known, read
from tests.operate.folders import targets

SCHEMAS = {file.stem: json.loads(file.read_text()) for file in (FOLDER / "schemas").glob("*.json")}
KUBERNETES = "1.33"
"""The oldest version that is held against."""
IMAGES = {"restore": "backup"}
"""Of those that have another's."""
EACH = [(overlay, process) for overlay in OVERLAYS for process in (*PROCESSES, "auditor", "backup", *IMAGES)]


def pods(overlay: str) -> Iterator[tuple[str, str, Manifest]]:
    """Kind, name and pod of everything that runs there."""
    for (kind, name), manifest in rendered(overlay).items():
        if kind in ("Deployment", "Job"):
            yield kind, name, manifest["spec"]["template"]["spec"]
        if kind == "CronJob":
            yield kind, name, manifest["spec"]["jobTemplate"]["spec"]["template"]["spec"]


def told(overlay: str, process: str) -> dict[str, str]:
    """What a process is told, by setting; a secret has the name of where it stands."""
    of = {name: pod["containers"][0] for kind, name, pod in pods(overlay) if kind != "Job"}[process]
    maps = {name: manifest["data"] for (kind, name), manifest in rendered(overlay).items() if kind == "ConfigMap"}
    settings: dict[str, str] = {**targets()[IMAGES.get(process, process)].environment}
    for source in of["envFrom"]:
        settings |= maps[source["configMapRef"]["name"]]
    settings |= {each["name"]: each.get("value", "what stands in a secret, long enough") for each in of["env"]}
    return {name: value for name, value in settings.items() if name.startswith("SESAME_")}


def test_generated_files_are_what_their_tables_say() -> None:
    there = {file.name: file.read_text() for file in generate.FOLDER.iterdir()}
    assert there == generate.files(), "python deploy/kubernetes/generate.py"


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_every_manifest_has_the_form_of_its_kind(overlay: str) -> None:
    for (kind, name), manifest in rendered(overlay).items():
        if kind == "ConfigMap":
            assert all(isinstance(value, str) for value in manifest["data"].values())
        elif kind in SCHEMAS:
            errors = [
                f"{kind} {name}: {error.json_path} {error.message}" for error in Draft202012Validator(SCHEMAS[kind]).iter_errors(manifest)
            ]
            assert errors == []
        else:
            kubernetes_validate.validate(manifest, KUBERNETES, strict=True)


def test_a_field_that_nobody_knows_is_found() -> None:
    manifest = rendered("production")["Deployment", "billing"]
    manifest["spec"]["replica"] = 2
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(manifest, KUBERNETES, strict=True)
    topic = rendered("production")["KafkaTopic", "events"]
    topic["spec"]["partition"] = 12
    assert list(Draft202012Validator(SCHEMAS["KafkaTopic"]).iter_errors(topic))


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_what_a_pod_refers_to_is_there_or_is_made_as_the_page_says(overlay: str) -> None:
    all_of_it = rendered(overlay)
    page = (FOLDER / "README.md").read_text()
    by_operators = {name for kind, name in all_of_it if kind == "KafkaUser"} | {"sesame-cluster-ca-cert", "postgres-ca"}
    for _, _, pod in pods(overlay):
        secrets = {volume["secret"]["secretName"] for volume in pod.get("volumes", ()) if "secret" in volume}
        for container in pod["containers"]:
            secrets |= {
                each["valueFrom"]["secretKeyRef"]["name"]
                for each in container.get("env", ())
                if "secretKeyRef" in each.get("valueFrom", {})
            }
            for source in container.get("envFrom", ()):
                assert ("ConfigMap", source["configMapRef"]["name"]) in all_of_it
            mounted = {mount["name"] for mount in container.get("volumeMounts", ())}
            assert mounted == {volume["name"] for volume in pod.get("volumes", ())}
        for secret in secrets - by_operators:
            assert f"`{secret}`" in page, secret
    roles = all_of_it["Cluster", "postgres"]["spec"]["managed"]["roles"]
    assert {role["name"] for role in roles} == {*DATABASES, *(guest for guests in GUESTS.values() for guest in guests), READER}
    assert all(f"`{role['passwordSecret']['name']}`" in page for role in roles)


@pytest.mark.parametrize(("overlay", "process"), EACH)
def test_a_process_is_told_what_it_asks_for_and_nothing_else(overlay: str, process: str) -> None:
    given = told(overlay, process)
    ports = {"SESAME_HEALTH_HOST", "SESAME_HEALTH_PORT", "SESAME_HTTP_HOST", "SESAME_HTTP_PORT"}
    assert given.keys() - ports <= known(IMAGES.get(process, process))
    assert read(IMAGES.get(process, process), given)


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_what_runs_writes_nowhere_is_nobody_and_has_its_probes_and_its_measure(overlay: str) -> None:
    for kind, name, pod in pods(overlay):
        if name == "mails":
            continue
        (container,) = pod["containers"]
        assert pod["securityContext"]["runAsUser"] == 10001 and pod["securityContext"]["runAsNonRoot"]
        assert container["securityContext"]["readOnlyRootFilesystem"] and container["securityContext"]["capabilities"] == {"drop": ["ALL"]}
        assert not pod["automountServiceAccountToken"] and container["resources"]["requests"] and container["resources"]["limits"]["memory"]
        assert container["image"].removeprefix("sesame/") in targets()
        if kind == "Deployment":
            paths = {probe: container[probe]["httpGet"] for probe in ("livenessProbe", "readinessProbe")}
            assert paths == {
                "livenessProbe": {"path": "/live", "port": "health"},
                "readinessProbe": {"path": "/ready", "port": "health"},
            }
            assert pod["terminationGracePeriodSeconds"] > 15  # chassis.lifetime.GRACE


def test_a_backup_is_taken_every_night_by_who_may_only_read_and_a_restore_only_when_somebody_asks_for_it() -> None:
    all_of_it = rendered("production")
    taking, restoring = all_of_it["CronJob", "backup"]["spec"], all_of_it["CronJob", "restore"]["spec"]
    assert "suspend" not in taking and restoring["suspend"]
    roles = {name: set(re.findall(r"//(\w+):\$\((\w+)\)@", told("production", name)["SESAME_DATABASES"])) for name in ("backup", "restore")}
    assert roles["backup"] == {(READER, "DATABASE_PASSWORD")}
    assert roles["restore"] == {(name, f"DATABASE_PASSWORD_{name.upper()}") for name in DATABASES}
    for spec in (taking, restoring):
        pod = spec["jobTemplate"]["spec"]["template"]["spec"]
        (claim,) = (volume["persistentVolumeClaim"]["claimName"] for volume in pod["volumes"] if "persistentVolumeClaim" in volume)
        assert ("PersistentVolumeClaim", claim) in all_of_it and pod["securityContext"]["fsGroup"] == pod["securityContext"]["runAsUser"]
        (container,) = pod["containers"]
        (folder,) = (mount["mountPath"] for mount in container["volumeMounts"] if mount["name"] == "backups")
        assert container.get("args", ["keep", folder])[:2] == ["keep", folder]


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_each_process_that_runs_on_is_told_of_traces(overlay: str) -> None:
    settings = rendered(overlay)["ConfigMap", "settings"]["data"]
    assert settings["OTEL_TRACES_EXPORTER"] == "none" and settings["OTEL_EXPORTER_OTLP_ENDPOINT"].endswith(":4318")
    for kind, name, pod in pods(overlay):
        if kind == "Deployment" and name in PROCESSES:
            assert {"configMapRef": {"name": "settings"}} in pod["containers"][0]["envFrom"], name


def test_production_says_of_every_image_where_it_is() -> None:
    used = {container["image"] for _, _, pod in pods("production") for container in pod["containers"]}
    assert images("production") == used


def test_everybody_who_owns_a_database_migrates_it_by_a_job() -> None:
    jobs = {name.removeprefix("migrate-") for kind, name, _ in pods("production") if kind == "Job"}
    assert jobs == {*SERVICES, "gateway-worker"}


def test_what_scales_does_it_by_metrics_that_exist_and_never_beyond_the_partitions() -> None:
    from chassis import metrics

    names = {sample.name for metric in (metrics.LAG, metrics.OUTBOX_AGE) for sample in metric.describe()}
    topics = {name: manifest for (kind, name), manifest in rendered("production").items() if kind == "KafkaTopic"}
    scaled = {name: manifest["spec"] for (kind, name), manifest in rendered("production").items() if kind == "ScaledObject"}
    assert scaled.keys() == set(PROCESSES) - {"clock"}
    for name, spec in scaled.items():
        assert spec["scaleTargetRef"]["name"] == name and spec["minReplicaCount"] == 2
        assert spec["maxReplicaCount"] <= topics["events"]["spec"]["partitions"]
        asked: list[Any] = [trigger["metadata"]["query"] for trigger in spec["triggers"] if trigger["type"] == "prometheus"]
        assert {found for query in asked for found in re.findall(r"sesame_\w+", query)} == (names if name != "gateway-web" else set())
        assert all(f'service="{name.partition("-")[0]}"' in query for query in asked)


def test_where_there_are_several_one_at_a_time_goes_away() -> None:
    budgets = {name: manifest["spec"] for (kind, name), manifest in rendered("production").items() if kind == "PodDisruptionBudget"}
    assert budgets.keys() == set(PROCESSES) - {"clock"}
    for name, spec in budgets.items():
        labels = rendered("production")["Deployment", name]["spec"]["template"]["metadata"]["labels"]
        assert spec["maxUnavailable"] == 1 and spec["selector"]["matchLabels"].items() <= labels.items()


def test_a_database_lets_in_its_owner_its_guests_and_the_auditor() -> None:
    lines = rendered("production")["Cluster", "postgres"]["spec"]["postgresql"]["pg_hba"]
    let_in = {tuple(line.split()[1:3]) for line in lines if line.endswith("scram-sha-256")}
    assert let_in == {(name, role) for name in DATABASES for role in (name, *GUESTS.get(name, ()), READER)}
    refused = {line.split()[2] for line in lines if line.endswith("reject")}
    assert refused == {role for _, role in let_in} and lines[-1].endswith("reject")
