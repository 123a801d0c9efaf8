"""From what `actions` refuses (contract, path, code, figures) to sheet, line, column, value and sentence (ACT-1)."""

from collections.abc import Iterable, Mapping
from contextlib import suppress

from contracts.answers import Fault
from contracts.awards import Contract, Terms
from contracts.refusals.actions import PeriodOutsideAction, PeriodReversed, PeriodsOverlap
from contracts.refusals.awards import (
    CeilingOutOfRange,
    CeilingsAbovePrice,
    ContractDiffers,
    ContractInUse,
    ContractTooLong,
    MoreFaults,
    NoHoursPlanned,
    PaidAboveHeadcount,
    PlannedDatesReversed,
    PriceDiffers,
    RecoveryRatesDisordered,
    SubcontractorTwice,
)
from gateway.tables.cells import text_of
from gateway.words.french import plural
from gateway.words.refusals import sentence

from .columns import SHEETS, Column, cell_of, value_at
from .reading import ContractLines, Problem

PLANNED = ("terms.planned_start", "terms.planned_end")
LOOKED_AT: Mapping[str, tuple[str, ...]] = {
    PriceDiffers.code(): ("{parent}", "terms.headcount"),
    NoHoursPlanned.code(): ("terms.centre.hours", "terms.company.hours"),
    PlannedDatesReversed.code(): PLANNED,
    ContractTooLong.code(): PLANNED,
    PaidAboveHeadcount.code(): ("terms.paid_headcount", "terms.headcount"),
    CeilingOutOfRange.code(): ("{field}", "terms.centre.price", "terms.company.price"),
    CeilingsAbovePrice.code(): ("terms.subcontractors", "terms.centre.price", "terms.company.price"),
    SubcontractorTwice.code(): ("{field}", "terms.organisation.siret"),
    RecoveryRatesDisordered.code(): ("terms.advance.recovered_from", "terms.advance.recovered_to"),
    PeriodReversed.code(): ("{parent}",),
    PeriodOutsideAction.code(): ("{field}", *PLANNED),
    PeriodsOverlap.code(): ("terms.periods",),
}
"""What a check looks at, when it is more than the field that it refuses: it says nothing about a stand-in."""


def problems_of(
    faults: Iterable[Fault], places: Mapping[str, ContractLines], contracts: Mapping[str, Contract], known: Mapping[str, Terms]
) -> list[Problem]:
    """Where each fault is in the workbook; those that rest on a cell that could not be read are left out.

    `contracts` are those that were refused, `known` the terms of those that exist already.
    """
    return [
        _problem(fault, places, contracts, known)
        for fault in faults
        if fault.code != MoreFaults.code() and not _rests_on_a_guess(fault, places)
    ]


def more(faults: Iterable[Fault]) -> int:
    """How many faults the service found beyond those that it lists."""
    return sum(int(fault.figures["count"]) for fault in faults if fault.code == MoreFaults.code())


def in_order(problems: Iterable[Problem]) -> list[Problem]:
    """As they stand in the workbook."""
    sheets = {sheet.name: index for index, sheet in enumerate(SHEETS)}
    columns = {(sheet.name, column.header): index for sheet in SHEETS for index, column in enumerate(sheet.columns)}

    def position(problem: Problem) -> tuple[int, int, int]:
        return sheets.get(problem.sheet, -1), problem.line, columns.get((problem.sheet, problem.column), -1)

    return sorted(problems, key=position)


def _rests_on_a_guess(fault: Fault, places: Mapping[str, ContractLines]) -> bool:
    place, path = places.get(fault.item or ""), fault.field or ""
    if place is None:
        return False
    if fault.code == ContractDiffers.code():
        paths = _differing(fault)
        return bool(paths) and len(paths) == fault.figures["count"] and all(_is_guessed(differing, place) for differing in paths)
    looked_at = [pattern.format(field=path, parent=path.rpartition(".")[0]) for pattern in LOOKED_AT.get(fault.code, (path,))]
    return any(_is_guessed(seen, place) for seen in looked_at)


def _is_guessed(path: str, place: ContractLines) -> bool:
    return any(guess == path or guess.startswith(f"{path}.") for guess in place.guessed)


def _problem(fault: Fault, places: Mapping[str, ContractLines], contracts: Mapping[str, Contract], known: Mapping[str, Terms]) -> Problem:
    what, place, contract = sentence(fault, {}), places.get(fault.item or ""), contracts.get(fault.item or "")
    if place is None or contract is None or fault.field is None:
        return Problem("", 0, place.number if place else "", "", "", what)
    sheet, index, column = cell_of(fault.field)
    lines = place.parts.get(sheet.path, [])
    line = place.line if not sheet.path else lines[index] if index is not None else lines[0] if lines else 0
    if fault.code == ContractDiffers.code():
        what = _what_differs(fault, place, contract, known.get(contract.number))
    elif fault.code == ContractInUse.code():
        what = f"{what} Retirez-le du fichier."
    header = column.header if column else "Nombre de lignes"
    return Problem(sheet.name, line, place.number, header, _shown(contract, fault.field, column), what)


def _what_differs(fault: Fault, place: ContractLines, contract: Contract, stored: Terms | None) -> str:
    """One sentence for a contract, however much of it has changed: a few of the cells, and how many others."""
    named = [_difference(path, contract, stored) for path in _differing(fault) if not _is_guessed(path, place)]
    if others := int(fault.figures["count"]) - len(_differing(fault)):
        named.append(plural(others, "autre différence"))
    content = f" : {' ; '.join(named)}" if named else ""
    return f"Ce contrat existe déjà avec un autre contenu{content}. Retirez-le du fichier, ou remplacez-le."


def _differing(fault: Fault) -> list[str]:
    return [path for path in str(fault.figures["paths"]).split(",") if path]


def _difference(path: str, contract: Contract, stored: Terms | None) -> str:
    sheet, _, column = cell_of(path)
    name = column.header if column else sheet.name
    if stored and path.startswith("terms."):
        with suppress(LookupError):  # a list that has become longer
            known_value = _shown(stored, path.removeprefix("terms."), column) or "rien"
            return f"{name}, {_shown(contract, path, column) or 'rien'} au lieu de {known_value}"
    return name


def _shown(part: Contract | Terms, path: str, column: Column | None) -> str:
    """The value at a path as its cell shows it; of a list, how long it is."""
    value = value_at(part, path)
    if column is None:
        return plural(len(value), "ligne") if isinstance(value, tuple) else ""
    items = value if isinstance(value, tuple) else (value,)
    return ", ".join(text_of(column.kind.write(item)) for item in items if item is not None)
