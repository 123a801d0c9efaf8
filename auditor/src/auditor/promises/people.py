"""Who is on `personal` is who their owner keeps, and who the portal shows: told by version and digest, never by what they say."""

from collections.abc import Iterator

from contracts.personal import PERSONAL

from ..finding import Finding, Promise
from ..history import History, Told

PORTAL = "gateway"


def records(history: History) -> Iterator[Finding]:
    """The latest record is the one that its owner keeps. An earlier one may be gone."""
    if _is_erased(history):
        return
    said = _said(history)
    for source in {told.source for told in said}:
        for row in history.rows(source, "people"):
            of_source = [told for told in said if told.source == source]
            yield from (
                Finding(Promise.RECORDS, history.key, f"la version {told.version} n’est pas celle de {source} ({told.place})")
                for told in of_source
                if told.version == row["version"] and told.digest.hex() != row["digest"]
            )
            if all(told.version < row["version"] for told in of_source):
                yield Finding(Promise.RECORDS, history.key, f"la version {row['version']} de {source} manque")
    for database, name in history.held:
        if name == "people" and database not in {PORTAL, *(told.source for told in said)}:
            yield Finding(Promise.RECORDS, history.key, f"ce que {database} conserve manque")


def never_kept(history: History) -> Iterator[tuple[str, int, Finding]]:
    """Records that their owner did not keep when its database was read: source, version, and what is wrong if it has none by now."""
    for told in [] if _is_erased(history) else _said(history):
        if told.source in history.cut.databases:
            kept = max((row["version"] for row in history.rows(told.source, "people")), default=0)
            if told.version > kept:
                what = f"{told.source} ne conserve pas la version {told.version} ({told.place})"
                yield told.source, told.version, Finding(Promise.RECORDS, history.key, what)


def shown(history: History) -> Iterator[Finding]:
    """The portal has the highest version of what it has read."""
    if _is_erased(history):
        return
    read = [told for told in _said(history) if history.cut.has_read(PORTAL, told) and not history.is_parked(PORTAL, told)]
    if not read and _said(history):
        return  # what it had read is gone, as an earlier version goes, and what stands there now it has not read yet
    wanted = {(told.version, told.digest.hex()) for told in read if told.version == max(each.version for each in read)}
    rows = {(row["version"], row["digest"]) for row in history.rows(PORTAL, "people")}
    if bool(wanted) != bool(rows) or not rows <= wanted:
        yield Finding(Promise.VIEWS, history.key, "le portail ne montre pas la dernière fiche")


def kept_on(history: History) -> Iterator[Finding]:
    """Who says that a contract's people are erased keeps none of them (PRV-1)."""
    for database, name in history.held:
        if name == "kept_on":
            yield Finding(Promise.ERASED, history.key, f"{database} le conserve encore")


def _is_erased(history: History) -> bool:
    """Whether it is a record of a contract whose people are erased: some may have gone by now, and others are about to."""
    return history.key.partition("/")[0] in history.cut.erased


def _said(history: History) -> list[Told]:
    """The records of people under the key that anybody believes, after the last one that erased what was before."""
    said: list[Told] = []
    for told in history.told:
        if told.topic == PERSONAL and not told.type:
            said.clear()
        elif told.topic == PERSONAL and told.kind:
            said.append(told)
    return said
