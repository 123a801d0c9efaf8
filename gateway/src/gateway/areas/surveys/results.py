"""What surveys tell of an action, a sector and an organisation, so that nobody is recognised in it (SURV-3). Pure.

People are put into pieces of five at the least, and a group is broken down when it consists of whole pieces. Whatever is added to or taken
from such groups consists of whole pieces too: nothing can be worked out about fewer than five people by subtraction, be it between the
groups of one table, their total, or two tables. It is so for the results of one day: two days' are not compared.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from typing import Self

LEAST = 5
"""People of whom results are told, at the least."""


@dataclass(frozen=True, slots=True)
class Tally:
    """How many were asked; of them, for how many an answer is known, from whom it comes, and what it is."""

    asked: int = 0
    by_link: int = 0
    by_organisation: int = 0
    in_sector: int = 0
    elsewhere: int = 0
    other: int = 0

    def __add__(self, more: Self) -> "Tally":
        """Of both together."""
        return Tally(*(getattr(self, field.name) + getattr(more, field.name) for field in fields(self)))

    @property
    def answered(self) -> int:
        """Of whom an answer is known."""
        return self.by_link + self.by_organisation

    @property
    def unanswered(self) -> int:
        """Of whom none is."""
        return self.asked - self.answered


@dataclass(frozen=True, slots=True)
class OfAction:
    """What is known of one action's trainees."""

    number: str
    title: str
    siret: str
    organisation: str
    sector: str
    tally: Tally


@dataclass(frozen=True, slots=True)
class Group:
    """A line of results: how many were asked, and the rest when it may be told."""

    key: str
    name: str
    asked: int
    tally: Tally | None


@dataclass(frozen=True, slots=True)
class Results:
    """All together, and by action, sector and organisation, the largest first."""

    whole: Group
    actions: tuple[Group, ...]
    sectors: tuple[Group, ...]
    organisations: tuple[Group, ...]


@dataclass(slots=True)
class Piece:
    """Actions of which nothing is told apart."""

    numbers: set[str]
    people: int
    sectors: set[str]
    organisations: set[str]

    @property
    def first(self) -> str:
        """Where it stands among others of its size, whatever the order in which they came."""
        return min(self.numbers)


def results(actions: Iterable[OfAction]) -> Results:
    """The lines of the three tables; of each, whether it may be broken down."""
    asked = [action for action in actions if action.tally.asked]
    pieces = pieces_of(asked)
    return Results(
        whole=_group("", "Ensemble", asked, pieces),
        actions=_groups([(action.number, f"{action.title} ({action.number})", [action]) for action in asked], pieces),
        sectors=_groups([(name, name or "Sans secteur", of) for name, of in _by(asked, "sector").items()], pieces),
        organisations=_groups([(siret, of[0].organisation, of) for siret, of in _by(asked, "siret").items()], pieces),
    )


def _groups(named: Iterable[tuple[str, str, Sequence[OfAction]]], pieces: Sequence[Piece]) -> tuple[Group, ...]:
    groups = [_group(key, name, of, pieces) for key, name, of in named]
    return tuple(sorted(groups, key=lambda group: (-group.asked, group.name, group.key)))


def _group(key: str, name: str, of: Sequence[OfAction], pieces: Sequence[Piece]) -> Group:
    tally, numbers = sum((action.tally for action in of), Tally()), {action.number for action in of}
    whole = all(piece.numbers <= numbers or piece.numbers.isdisjoint(numbers) for piece in pieces)
    return Group(key, name, tally.asked, tally if whole and tally.asked >= LEAST else None)


def _by(actions: Iterable[OfAction], field: str) -> dict[str, list[OfAction]]:
    found: defaultdict[str, list[OfAction]] = defaultdict(list)
    for action in actions:
        found[getattr(action, field)].append(action)
    return found


def pieces_of(actions: Sequence[OfAction]) -> list[Piece]:
    """The actions, each in one piece of five people at the least; one smaller piece when there are not five in all.

    An action that is large enough is a piece. Small ones of one organisation and sector are one together; a piece that is still too small
    joins the one with which the fewest other lines are lost.
    """
    pieces = _begun(actions)
    sizes = {
        field: {name: sum(action.tally.asked for action in of) for name, of in _by(actions, field).items()} for field in ("sector", "siret")
    }
    while len(pieces) > 1 and (small := min(pieces, key=lambda piece: (piece.people, piece.first))).people < LEAST:
        broken = _broken(pieces)
        others = [piece for piece in pieces if piece is not small]
        joined = min(others, key=lambda piece: _cost(small, piece, broken, sizes))
        pieces = [piece for piece in others if piece is not joined]
        pieces.append(_together(small, joined))
    return pieces


def _begun(actions: Sequence[OfAction]) -> list[Piece]:
    pieces: list[Piece] = []
    rest: dict[tuple[str, str], Piece] = {}
    for action in sorted(actions, key=lambda action: action.number):
        piece = Piece({action.number}, action.tally.asked, {action.sector}, {action.siret})
        if piece.people >= LEAST:
            pieces.append(piece)
        else:
            known = rest.get((action.sector, action.siret))
            rest[action.sector, action.siret] = _together(known, piece) if known else piece
    return [*pieces, *rest.values()]


def _together(one: Piece, other: Piece) -> Piece:
    return Piece(
        one.numbers | other.numbers,
        one.people + other.people,
        one.sectors | other.sectors,
        one.organisations | other.organisations,
    )


def _broken(pieces: Iterable[Piece]) -> set[tuple[str, str]]:
    """The sectors and organisations that do not consist of whole pieces."""
    return {name for piece in pieces for name in _broken_by(piece)}


def _broken_by(piece: Piece) -> set[tuple[str, str]]:
    sectors = {("sector", name) for name in piece.sectors} if len(piece.sectors) > 1 else set()
    return sectors | ({("siret", name) for name in piece.organisations} if len(piece.organisations) > 1 else set())


def _cost(small: Piece, other: Piece, broken: set[tuple[str, str]], sizes: dict[str, dict[str, int]]) -> tuple[int, int, int, str]:
    """What is lost when both are one piece: lines of sectors and organisations, that of an action; then the smaller one first."""
    lines = sum(sizes[field][name] >= LEAST for field, name in _broken_by(_together(small, other)) - broken)
    return lines, int(len(other.numbers) == 1 and other.people >= LEAST), other.people, other.first
