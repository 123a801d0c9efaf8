"""deploy/compose: its schema, what it refers to, what each process is told, and what Prometheus and Grafana look at."""

import json
import re
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Any

import pytest
import yaml
from check_jsonschema import builtin_schemas
from jsonschema import Draft7Validator

from deploy.images.build import REPOSITORY
from sesame_local import foundation
from sesame_local.place import Place
from sesame_local.supervise import PROCESSES, Installation
from tests.contracts.telling import known, read
from tests.operate.folders import targets

FOLDER = REPOSITORY / "deploy" / "compose"
COMPOSE: dict[str, Any] = yaml.safe_load((FOLDER / "compose.yml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
IMAGES = {"first-agent": "identity", "restore": "backup"}
"""Of those that have another's."""
OURS = [*PROCESSES, "auditor", "backup", *IMAGES]
LOCAL_ALONE = {"SESAME_REPLICA", "SESAME_HEALTH_PORT", "SESAME_HTTP_PORT"}
"""Names and ports: in a container each has its own."""


def told(name: str) -> dict[str, str]:
    """What a process is told, by setting: in its environment or in a file."""
    environment = {**targets()[IMAGES.get(name, name)].environment, **SERVICES[name]["environment"]}
    return {variable.removesuffix("_FILE"): str(value) for variable, value in environment.items() if variable.startswith("SESAME_")}


def test_it_is_what_compose_calls_a_project() -> None:
    schema = json.loads((Path(builtin_schemas.__file__).parent / "vendor" / "compose-spec.json").read_text())
    assert [error.message for error in Draft7Validator(schema).iter_errors(COMPOSE)] == []


def test_every_image_of_ours_is_made_of_its_target_and_each_process_runs() -> None:
    assert {*PROCESSES, "auditor", "backup"} <= SERVICES.keys()
    for name, service in SERVICES.items():
        if build := service.get("build"):
            assert build["target"] in targets() and (FOLDER / build["context"] / build["dockerfile"]).exists()
            assert service["image"] == f"sesame/{build['target']}" and service.get("read_only", name == "secrets")
        if name in PROCESSES:
            assert service["build"]["target"] == name


def test_what_is_referred_to_is_there(tmp_path: Path) -> None:
    foundation.secrets({"SESAME_SECRETS_FOLDER": str(tmp_path), "SESAME_POSTGRES": "postgres:5432"})
    for name, secret in COMPOSE["secrets"].items():
        assert secret == {"file": f"./secrets/{name}"} and (tmp_path / name).read_text()
    used = set()
    for service in SERVICES.values():
        for other in service.get("depends_on", ()):
            assert other in SERVICES and "once" not in SERVICES[other].get("profiles", ())
        for network in service.get("networks", ()):
            assert network in COMPOSE["networks"]
        for volume in service.get("volumes", ()):
            source = volume.partition(":")[0]
            assert source in {"./secrets", "/"} or (
                (FOLDER / source).exists() if source.startswith(".") else source in COMPOSE["volumes"]
            ), source
        secrets = [secret if isinstance(secret, str) else secret["source"] for secret in service.get("secrets", ())]
        used.update(secrets)
        for variable, file in service.get("environment", {}).items():
            if variable.endswith("_FILE"):
                assert file.removeprefix("/run/secrets/") in secrets, variable
    assert used == COMPOSE["secrets"].keys()


def understood(environment: dict[str, Any], secrets: Path) -> dict[str, str]:
    """As compose gives it to a process: defaults where nobody says anything, secrets as files."""
    whole = {name: re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", str(value)) for name, value in environment.items() if value is not None}
    return {name: value.replace("/run/secrets", str(secrets)) for name, value in whole.items()}


@pytest.mark.parametrize("name", OURS)
def test_a_process_is_told_what_it_asks_for_and_nothing_else(name: str, tmp_path: Path) -> None:
    process = IMAGES.get(name, name)
    assert told(name).keys() - {"SESAME_HEALTH_HOST", "SESAME_HEALTH_PORT", "SESAME_HTTP_HOST", "SESAME_HTTP_PORT"} <= known(process)
    foundation.secrets({"SESAME_SECRETS_FOLDER": str(tmp_path), "SESAME_POSTGRES": "postgres:5432"})
    assert read(process, understood({**targets()[process].environment, **SERVICES[name]["environment"]}, tmp_path))
    secret = {variable for variable in SERVICES[name]["environment"] if re.search("(PASSWORD|KEY|DATABASES?)$", variable)}
    assert secret == set()


@pytest.mark.parametrize("name", PROCESSES)
def test_a_process_is_told_all_that_make_up_tells_it(name: str, tmp_path: Path) -> None:
    local = {variable for variable in Installation(Place(tmp_path, 8000)).environment(name) if variable in known(name)}
    assert local - LOCAL_ALONE <= told(name).keys()


def test_each_comes_to_kafka_as_itself_and_to_its_own_database() -> None:
    for name in PROCESSES:
        principal, environment = name.partition("-")[0], SERVICES[name]["environment"]
        assert environment.get("SESAME_KAFKA_USER", principal) == principal
        files = [value for variable, value in environment.items() if variable.endswith("_FILE")]
        keys = {"/run/secrets/gateway-key", "/run/secrets/factor-key"}
        role = "gateway_web" if name == "gateway-web" else principal
        assert set(files) - keys <= {f"/run/secrets/kafka.{principal}", f"/run/secrets/database.{role}"}


def test_the_example_of_settings_has_each_that_can_be_set_with_its_default() -> None:
    text = (FOLDER / "compose.yml").read_text()
    defaults = dict(re.findall(r"\$\{((?:SESAME|OTEL)_\w+):-([^}]*)\}", text)) | dict.fromkeys(re.findall(r"(SESAME_\w+):\n", text), "{}")
    example = dict(line.split("=", 1) for line in (FOLDER / ".env.example").read_text().splitlines() if not line.startswith("#"))
    assert example == defaults


def test_each_process_that_runs_on_sends_traces_where_there_is_a_collector_once_it_is_told_to() -> None:
    for name in PROCESSES:
        environment = SERVICES[name]["environment"]
        assert environment["OTEL_TRACES_EXPORTER"] == "${OTEL_TRACES_EXPORTER:-none}"
        host = environment["OTEL_EXPORTER_OTLP_ENDPOINT"].removeprefix("http://").removesuffix(":4318")
        assert SERVICES[host]["profiles"] == ["traces"] and "inside" in SERVICES[host]["networks"]


def test_an_address_that_stays_is_given_to_nobody_else_and_the_portal_believes_the_server_in_front() -> None:
    (range_,) = COMPOSE["networks"]["inside"]["ipam"]["config"]
    own = {
        name: network["ipv4_address"]
        for name, service in SERVICES.items()
        if isinstance(networks := service.get("networks"), dict)
        for network in networks.values()
        if "ipv4_address" in network
    }
    assert own.keys() == {"front", "gateway-web"} and len(set(own.values())) == 2
    assert all(ip_address(address) in ip_network(range_["subnet"]) for address in own.values())
    assert not any(ip_address(address) in ip_network(range_["ip_range"]) for address in own.values())
    assert SERVICES["gateway-web"]["environment"]["SESAME_TRUSTED_PROXIES"] == own["front"]


def test_who_takes_backups_may_only_read_and_who_restores_only_reads_backups() -> None:
    taking, restoring = SERVICES["backup"], SERVICES["restore"]
    assert taking["secrets"] == ["kafka.auditor", "databases.auditor"] and taking["command"][0] == "keep"
    assert restoring["volumes"] == [f"{volume}:ro" for volume in taking["volumes"]]
    assert taking["volumes"][0].split(":")[1] == taking["command"][1]


def test_prometheus_looks_at_every_process_and_at_the_machine_s_disks() -> None:
    ours, machine = yaml.safe_load((REPOSITORY / "deploy" / "prometheus" / "prometheus.yml").read_text())["scrape_configs"]
    (names,) = ours["dns_sd_configs"]
    assert (set(names["names"]), names["port"]) == (set(PROCESSES), 9000)
    (disks,) = machine["static_configs"]
    assert machine["job_name"] in SERVICES and disks["targets"] == [f"{machine['job_name']}:9100"]
