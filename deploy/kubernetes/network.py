"""NetworkPolicies: nothing goes in or out but what deploy/network.toml says, names that are looked up, and the operator's looks."""

from collections.abc import Mapping, Sequence
from typing import Any

from .storage import CLUSTER, SERVER

Manifest = dict[str, Any]
PORTS = {"kafka": 9093, "postgres": 5432, "mail": 587, "identity": 8000, "gateway-web": 8000, "collector": 4318}
"""Where each is called."""
HEALTH = 9000
PODS: Mapping[str, Mapping[str, str]] = {
    "kafka": {"strimzi.io/cluster": CLUSTER, "strimzi.io/kind": "Kafka"},
    "postgres": {"cnpg.io/cluster": SERVER},
}
"""What is not ours and runs beside us."""
FRONT = {"namespaceSelector": {"matchLabels": {"sesame/front": "true"}}}
"""Where the server in front runs: a label that whoever installs gives its namespace."""
MONITORING = {"namespaceSelector": {"matchLabels": {"sesame/monitoring": "true"}}}
TRACES = {"namespaceSelector": {"matchLabels": {"sesame/traces": "true"}}}
"""Where a collector of traces runs, if there is one: a label, too."""
TO_ITS_END = ("auditor", "backup")
"""Those that nobody asks how they are."""


def policies(known: Mapping[str, Mapping[str, Sequence[str]]]) -> list[Manifest]:
    """All of them."""
    calls, called, told = known["calls"], known["called"], known["told"]
    callers = {name: [other for other, whom in calls.items() if name in whom] for name in (*calls, *PODS)}
    return [
        _policy("nothing-else", {"matchLabels": {"app.kubernetes.io/part-of": "sesame"}}, ["Ingress", "Egress"], outgoing=[_names()]),
        *(_process(name, whom, callers[name], called.get(name, ())) for name, whom in calls.items()),
        _postgres(callers["postgres"]),
        # To a server of the Region's, outside: an overlay names its address.
        _outside("mail", [name for name, whom in calls.items() if "mail" in whom], {"ipBlock": {"cidr": "0.0.0.0/0"}}),
        *(_outside(whom, names, TRACES) for whom, names in told.items()),
    ]


def _process(name: str, whom: Sequence[str], callers: Sequence[str], outside: Sequence[str]) -> Manifest:
    peers = [*({"podSelector": _of(caller)} for caller in callers), *(FRONT for _ in outside)]
    incoming = [{"from": peers, "ports": [_port(PORTS[name])]}] if peers else []
    if name not in TO_ITS_END:
        incoming.append({"from": [MONITORING, {"podSelector": _of("auditor")}], "ports": [_port(HEALTH)]})
    outgoing = [{**_to(other), "ports": [_port(PORTS[other])]} for other in whom if other != "mail"]
    if name == "auditor":
        outgoing.append({"to": [{"podSelector": {"matchLabels": {"app.kubernetes.io/part-of": "sesame"}}}], "ports": [_port(HEALTH)]})
    return _policy(name, _of(name), ["Ingress", "Egress"], incoming, outgoing)


def _postgres(callers: Sequence[str]) -> Manifest:
    """Its members speak to each other, its operator (wherever it runs) and monitoring look at them."""
    own = {"podSelector": {"matchLabels": dict(PODS["postgres"])}}
    incoming = [
        {"from": [own, *({"podSelector": _of(caller)} for caller in callers)], "ports": [_port(PORTS["postgres"])]},
        {"from": [own, {"namespaceSelector": {"matchLabels": {"sesame/operators": "true"}}}], "ports": [_port(8000), _port(5432)]},
        {"from": [MONITORING], "ports": [_port(9187)]},
    ]
    return _policy("postgres", {"matchLabels": dict(PODS["postgres"])}, ["Ingress"], incoming)


def _outside(whom: str, callers: Sequence[str], where: Manifest) -> Manifest:
    whose = {"matchExpressions": [{"key": "app.kubernetes.io/name", "operator": "In", "values": list(callers)}]}
    return _policy(whom, whose, ["Egress"], outgoing=[{"to": [where], "ports": [_port(PORTS[whom])]}])


def _to(name: str) -> Manifest:
    selector = {"matchLabels": dict(PODS[name])} if name in PODS else _of(name)
    return {"to": [{"podSelector": selector}]}


def _of(name: str) -> Manifest:
    return {"matchLabels": {"app.kubernetes.io/name": name}}


def _port(number: int, protocol: str = "TCP") -> Manifest:
    return {"port": number, "protocol": protocol}


def _names() -> Manifest:
    system = {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "kube-system"}}}
    return {"to": [system], "ports": [_port(53, "UDP"), _port(53)]}


def _policy(name: str, whose: Manifest, types: list[str], incoming: Sequence[Manifest] = (), outgoing: Sequence[Manifest] = ()) -> Manifest:
    spec: Manifest = {"podSelector": whose, "policyTypes": types}
    if incoming:
        spec["ingress"] = list(incoming)
    if outgoing:
        spec["egress"] = list(outgoing)
    return {"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": {"name": name}, "spec": spec}
