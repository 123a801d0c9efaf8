"""The declaration of a month as a document: what its page shows, to sign and to keep (DOC-1, DEC-2)."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any

from contracts.billing import InvoiceLine
from contracts.codes import UNEXCUSED
from contracts.declarations import Absence, AddedHours
from contracts.month import Month, paris_day
from gateway.areas.action.action import Action, MonthView
from gateway.areas.action.paper import SIGNED, paper_of
from gateway.areas.action.visit import ActionVisit
from gateway.documents.paper import Align, Block, Column, Heading, Note, Paper, Table
from gateway.web.papers import Document
from gateway.words.french import date_short, de, moment, money, month, number
from gateway.words.labels import label

from .queries import Row
from .realised import TraineeHours, realised_context
from .recap import load_recap

GROUP = "Déclarations périodiques par mois"


async def documents_of(visit: ActionVisit, day: date) -> Sequence[Document]:
    """One for each month that was confirmed, and all of them in one."""
    months = [
        Document(
            key=f"declaration-{view.month}-{visit.contract}",
            group=GROUP,
            title=f"Déclaration {de(month(view.month))}" + (" (à corriger)" if view.is_reopened else ""),
            what="Les heures de chaque stagiaire, les absences, les sorties et le montant.",
            day=paris_day(view.confirmed_at),
            make=partial(_load, visit, view),
            month=view.month,
            speaks="Confirmée le",
        )
        for view in visit.action.months
        if view.confirmed_at
    ]
    all_of_them = Document(
        key=f"realise-{visit.contract}",
        group=GROUP,
        title="Réalisé horaire par stagiaire et par mois",
        what="Les heures réalisées et justifiées de tous les mois confirmés, par lieu.",
        day=day,
        make=partial(load_recap, visit, day),
    )
    return [*months, all_of_them] if months else []


async def _load(visit: ActionVisit, view: MonthView) -> Paper:
    return declaration(visit.action, visit.portal.settings.region, await realised_context(visit, view))


def declaration(action: Action, region: str, shown: Mapping[str, Any]) -> Paper:
    """A month as it was confirmed last, from what its page shows (`realised_context`)."""
    view, at = shown["view"], shown["confirmed_at"]
    name, said = month(view.month), "Dernière déclaration confirmée" if view.is_reopened else "Déclaration confirmée"
    return paper_of(
        action,
        region,
        f"Déclaration de réalisation {de(name)}",
        paris_day(at),
        *_hours(action, view.month, shown["lines"], shown["sums"]),
        *_worth(shown["invoice_lines"]),
        *_absences(view, name, shown["absences"]),
        *_added(name, shown["added"]),
        SIGNED,
        day_said=f"{said} le {moment(at)}",
        landscape=True,
    )


def _hours(action: Action, of: Month, lines: Sequence[TraineeHours], sums: Mapping[str, Decimal]) -> tuple[Block, ...]:
    """The guide's summary (DEC-2)."""
    name, total = month(of), "Total depuis l’entrée"
    columns = (
        *(Column("Stagiaire", share=3), Column("Né(e) le"), Column("Code Insee"), Column("FSE"), Column("Entrée"), Column("Sortie")),
        *(Column("Validé"), Column("Sortie anticipée", share=2)),
        *(Column(title, Align.END, group=name.capitalize()) for title in ("centre", "entreprise")),
        *(Column(title, Align.END, group=total) for title in ("centre", "entreprise", "total")),
    )
    month_sum, sum_so_far = sums["centre"] + sums["company"], sums["centre_so_far"] + sums["company_so_far"]
    detailed = (sums["centre"], sums["company"], sums["centre_so_far"], sums["company_so_far"], sum_so_far)
    table = Table(
        f"Heures réalisées et heures non réalisées justifiées {de(name)}, par stagiaire",
        columns,
        tuple(_row(action, of, hours) for hours in lines),
        (("Total détaillé", *map(number, detailed)), ("Total", "", number(month_sum), "", "", number(sum_so_far))),
    )
    return Heading("Réalisé horaire de l’action"), table


def _row(action: Action, of: Month, hours: TraineeHours) -> tuple[str, ...]:
    """Without an exit that came after the month: nobody knew of it who confirmed the month."""
    row, so_far = hours.row, (hours.centre_so_far, hours.company_so_far)
    left = row.exit if row.exit and row.exit.on <= of.last else None
    return (
        row.name,
        date_short(row.sheet.birth_date) if row.sheet else "",
        (row.sheet.mail.insee_code or "") if row.sheet else "",
        "oui" if action.terms.esf else "non",
        *(date_short(row.entered_on), date_short(left.on) if left else "", "oui" if hours.complete else "non"),
        label(hours.early) if left else "",
        *map(number, (hours.centre, hours.company, *so_far, sum(so_far, Decimal(0)))),
    )


def _worth(lines: Sequence[InvoiceLine]) -> tuple[Block, ...]:
    """What billing made of it (BIL-1); nothing until it has."""
    if not lines:
        return ()
    columns = (Column("Lieu", share=1), Column("Heures", Align.END), Column("Taux", Align.END), Column("Montant HT", Align.END))
    rows = tuple((label(line.place), number(line.attended + line.excused), money(line.rate), money(line.amount)) for line in lines)
    total = money(sum((line.amount for line in lines), Decimal(0)))
    return Heading("Montant"), Table("Montant de la déclaration, hors taxes", columns, rows, (("Total", total),))


def _absences(view: MonthView, name: str, absences: Sequence[tuple[Row, Absence]]) -> tuple[Block, ...]:
    """DEC-4; while a month is corrected, its absences are those of nothing that is confirmed."""
    if not view.is_confirmed:
        return ()
    columns = (
        *(Column("Stagiaire", share=2), Column("Du"), Column("Au"), Column("Motif d’absence", share=2), Column("Absence", share=1)),
        *(Column("Lieu"), Column("Heures", Align.END)),
    )
    rows = tuple(
        (
            *(row.name, date_short(absence.start), date_short(absence.end), label(absence.reason) if absence.reason else ""),
            "non justifiée" if absence.reason in UNEXCUSED else "justifiée",
            *(label(absence.place) if absence.place else "", number(absence.hours or Decimal(0))),
        )
        for row, absence in absences
    )
    return Heading(f"Absences {de(name)}"), Table(f"Périodes d’absence {de(name)}", columns, rows, nothing="Aucune absence déclarée.")


def _added(name: str, added: Sequence[tuple[Row, AddedHours]]) -> tuple[Block, ...]:
    """What the month adds after admissible exits (DEC-5)."""
    if not added:
        return ()
    columns = (Column("Stagiaire", share=2), Column("Sortie"), Column("Motif", share=3), *(Column(place, Align.END) for place in PLACES))
    rows = tuple(
        (
            *(row.name, date_short(row.exit.on) if row.exit else "", label(row.exit.reason) if row.exit and row.exit.reason else ""),
            *(number(adds.centre), number(adds.company)),
        )
        for row, adds in added
    )
    note = Note("Heures justifiées, ajoutées à celles qui ont été saisies, et comprises dans les totaux ci-dessus.")
    return Heading("Maintien après sortie recevable"), Table(f"Heures ajoutées en {name}", columns, rows), note


PLACES = ("Centre", "Entreprise")
