"""A migration only adds: the version before runs beside it, and may come back. What is taken away says which earlier migration its last
users have (`-- needs: NNNN_words.sql`, `chassis.migrate`).
"""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from chassis.migrate import NEEDS

ROOT = Path(__file__).parents[2]
FILES = sorted(path for folder in ("chassis", "services", "gateway") for path in (ROOT / folder).rglob("migrations/**/*.sql"))
TAKES_AWAY = re.compile(
    r"\bDROP\s+(TABLE|COLUMN|SCHEMA|VIEW|TYPE|DEFAULT)\b|\bDROP\s+CONSTRAINT\s+\w+_(pkey|key)\b|\bRENAME\b"
    r"|\bALTER\s+(COLUMN\s+)?[\w\"]+\s+(SET\s+DATA\s+)?TYPE\b|\bSET\s+NOT\s+NULL\b|\bDELETE\s+FROM\b|\bTRUNCATE\b",
    re.IGNORECASE,
)
ADDS_COLUMN = re.compile(r"\bADD\s+COLUMN\s+(?:[^,;()]|\([^()]*\))*", re.IGNORECASE)
COMMENTS = re.compile(r"--[^\n]*")
BEFORE_THE_RULE = frozenset(
    {
        "reading/0002_ticks.sql",
        "own/0010_drafts_have_columns.sql",
        "own/0020_sessions_of_an_earlier_access_are_over.sql",
        "own/0150_commands_are_counted_in_epochs.sql",
        "view/0002_nothing_is_replaced.sql",
        "view/0010_what_the_services_say.sql",
        "view/0040_the_contract_is_part_of_every_key.sql",
        "view/0320_from_what_to_what.sql",
        "view/0380_when_an_invoice_is_to_be_paid.sql",
        "billing/0002_the_contract_is_part_of_every_key.sql",
        "identity/0010_an_organisation_has_many_users.sql",
    }
)
"""Written before there was a version that could run beside them."""


def faults(sql: str) -> Iterator[str]:
    """What a version that does not know this migration would stumble over."""
    bare = COMMENTS.sub("", sql)
    yield from (found[0] for found in TAKES_AWAY.finditer(bare))
    for found in ADDS_COLUMN.finditer(bare):
        if re.search(r"\bNOT\s+NULL\b", found[0], re.IGNORECASE) and not re.search(r"\b(DEFAULT|GENERATED)\b", found[0], re.IGNORECASE):
            yield found[0].strip()


def named(path: Path) -> str:
    """`actions/0001_people.sql`: whose, and which."""
    package = path.relative_to(ROOT).parts
    return f"{package[1] if package[0] == 'services' else path.parent.name}/{path.name}"


@pytest.mark.parametrize("path", FILES, ids=named)
def test_a_migration_takes_nothing_from_the_version_before_it(path: Path) -> None:
    sql = path.read_text()
    if needs := NEEDS.search(sql):
        assert (path.parent / needs[1]).exists() and needs[1] < path.name, f"{named(path)} needs {needs[1]}, which is no earlier one"
    elif named(path) not in BEFORE_THE_RULE:
        assert not (found := list(faults(sql))), (
            f"{named(path)} takes away ({', '.join(found)}) what the version before uses: add beside it now, and let a later release take "
            "it away, with a line `-- needs: NNNN_words.sql` that names the migration of the release that uses it no longer"
        )


@pytest.mark.parametrize(
    ("sql", "is_right"),
    [
        ("CREATE TABLE a (b int NOT NULL);", True),
        ("ALTER TABLE a ADD COLUMN b int;", True),
        ("ALTER TABLE a ADD COLUMN b numeric(14, 2) NOT NULL DEFAULT 0, ADD COLUMN c text;", True),
        ("ALTER TABLE a ADD COLUMN b int NOT NULL; -- DEFAULT 0", False),
        ("ALTER TABLE a ADD COLUMN b int DEFAULT 0, ADD COLUMN c int NOT NULL;", False),
        ("ALTER TABLE a DROP COLUMN b;", False),
        ("ALTER TABLE a RENAME COLUMN b TO c;", False),
        ("ALTER TABLE a ALTER COLUMN b TYPE bigint;", False),
        ("ALTER TABLE a ALTER b SET NOT NULL;", False),
        ("DROP TABLE a;", False),
        ("DROP INDEX a;", True),
        ("ALTER TABLE a DROP CONSTRAINT a_pkey, ADD PRIMARY KEY (b);", False),
    ],
)
def test_what_takes_away_is_known(sql: str, is_right: bool) -> None:
    assert (not list(faults(sql))) == is_right
