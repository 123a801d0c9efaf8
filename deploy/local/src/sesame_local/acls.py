"""Topics, users and ACLs, as the table says. Doing it again changes nothing."""

import time
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Future
from typing import Any

from confluent_kafka import KafkaError, KafkaException
from confluent_kafka.admin import (
    AclBinding,
    AclBindingFilter,
    AclOperation,
    AclPermissionType,
    AdminClient,
    AlterConfigOpType,
    ConfigEntry,
    ConfigResource,
    NewTopic,
    ResourcePatternType,
    ResourceType,
    ScramCredentialInfo,
    ScramMechanism,
    UserScramCredentialAlteration,
    UserScramCredentialUpsertion,
)

from sesame_local.topics import Table

TIMEOUT = 30


def apply(admin: AdminClient, table: Table, prefix: str = "") -> None:
    """Makes every topic (named with `prefix`, for tests) with its settings, and lets each principal do what its row says.

    Without a prefix, an ACL that the table does not know is taken away. Raises KafkaException.
    """
    _make_topics(admin, table, prefix)
    wanted = set(bindings(table, prefix))
    present = set() if prefix else _acls(admin, ANY)  # names that are new have none
    if missing := wanted - present:
        _wait(admin.create_acls(list(missing)).values())
    if not prefix and (extra := present - wanted):
        _wait(admin.delete_acls([_exactly(binding) for binding in extra]).values())
    _wait_until_applied(admin, wanted, {prefix + name for name in table.topics})


def apply_users(admin: AdminClient, passwords: Mapping[str, str]) -> None:
    """Gives every user the password that the installation keeps, also one that joined the table after the broker was formatted."""
    mechanism = ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, 4096)
    users: list[UserScramCredentialAlteration] = [
        UserScramCredentialUpsertion(name, mechanism, password.encode()) for name, password in passwords.items()
    ]
    _wait(admin.alter_user_scram_credentials(users).values())


def bindings(table: Table, prefix: str = "") -> Iterator[AclBinding]:
    """The ACLs of the whole table. (Read and Write bring Describe with them; an idempotent producer needs no more than Write.)"""
    for principal in table.principals.values():
        for topic in principal.reads:
            yield _allow(principal.name, ResourceType.TOPIC, prefix + topic, AclOperation.READ)
        for topic in principal.writes:
            yield _allow(principal.name, ResourceType.TOPIC, prefix + topic, AclOperation.WRITE)
        yield _allow(principal.name, ResourceType.GROUP, principal.group_prefix, AclOperation.READ, ResourcePatternType.PREFIXED)


def _make_topics(admin: AdminClient, table: Table, prefix: str) -> None:
    new = [NewTopic(prefix + topic.name, topic.partitions, 1, config=dict(topic.config)) for topic in table.topics.values()]
    existing = set()
    for name, future in admin.create_topics(new).items():
        try:
            future.result(TIMEOUT)
        except KafkaException as error:
            if error.args[0].code() != KafkaError.TOPIC_ALREADY_EXISTS:
                raise
            existing.add(name)
    resources = [
        ConfigResource(
            ConfigResource.Type.TOPIC,
            prefix + topic.name,
            incremental_configs=[
                ConfigEntry(option, value, incremental_operation=AlterConfigOpType.SET) for option, value in topic.config.items()
            ],
        )
        for topic in table.topics.values()
        if prefix + topic.name in existing and topic.config
    ]
    if resources:
        _wait(admin.incremental_alter_configs(resources).values())


def _wait_until_applied(admin: AdminClient, acls: set[AclBinding], topics: set[str]) -> None:
    """The controller answers before the broker knows: whoever came at once would be refused."""
    deadline, theirs = time.monotonic() + TIMEOUT, [_of(*resource) for resource in {(acl.restype, acl.name) for acl in acls}]
    while not (topics <= admin.list_topics(timeout=TIMEOUT).topics.keys() and acls <= _acls(admin, *theirs)):
        if time.monotonic() > deadline:
            raise TimeoutError("the broker does not apply its topics and ACLs")
        time.sleep(0.05)


def _acls(admin: AdminClient, *these: AclBindingFilter) -> set[AclBinding]:
    return set().union(*(asked.result(TIMEOUT) for asked in [admin.describe_acls(each) for each in these]))


def _allow(
    user: str, kind: ResourceType, name: str, operation: AclOperation, pattern: ResourcePatternType = ResourcePatternType.LITERAL
) -> AclBinding:
    return AclBinding(kind, name, pattern, f"User:{user}", "*", operation, AclPermissionType.ALLOW)


def _exactly(binding: AclBinding) -> AclBindingFilter:
    return AclBindingFilter(
        binding.restype,
        binding.name,
        binding.resource_pattern_type,
        binding.principal,
        binding.host,
        binding.operation,
        binding.permission_type,
    )


def _wait(futures: Iterable[Future[Any]]) -> None:
    for future in futures:
        future.result(TIMEOUT)


def _of(kind: ResourceType | str | int, name: str | None) -> AclBindingFilter:
    """Everybody's rights on this."""
    return AclBindingFilter(
        kind,
        name,  # type: ignore[arg-type]  # None is the library's own word for "any", which its types forget
        ResourcePatternType.ANY,
        None,  # type: ignore[arg-type]
        None,  # type: ignore[arg-type]
        AclOperation.ANY,
        AclPermissionType.ANY,
    )


ANY = _of(ResourceType.ANY, None)
