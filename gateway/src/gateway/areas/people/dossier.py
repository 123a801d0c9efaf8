"""All that is known of a person as one file: a document to read, the same as data, and the files that were sent (PRV-1).

A ZIP: who asks reads the PDF, and can take the data elsewhere. Everything is as it is kept on that day.
"""

import json
from collections.abc import Sequence
from datetime import date
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from contracts import codes
from contracts.sheets import value
from gateway.areas.action.sheets import CALLED, PATHS, PATHWAY, as_read
from gateway.documents.paper import Align, Block, Column, Facts, Heading, Note, Paper, Paragraph, Table
from gateway.web.papers import as_of
from gateway.web.values import as_text
from gateway.words.french import date_short, exact_money, hours_cell, moment, month, plural
from gateway.words.labels import label
from gateway.words.sentences import FORMATS

from .queries import Told

PDF, DATA = "ce-que-nous-savons.pdf", "donnees.json"
STATES = {"registered": "inscrit", "entered": "entré en formation", "never_came": "jamais venu", "removed": "retiré de la liste"}
MAILED = {"sent": "parti", "refused": "refusé", "given_up": "non parti", "nobody": "non envoyé"}
FIGURES = ("attended", "excused", "unexcused")


def paper(told: Sequence[Told], region: str, day: date) -> Paper:
    """The document: who it is about, then each contract, with every record in words."""
    known = told[0].known
    counted = plural(len(told), "contrat")
    same = "Les contrats sont réunis ici parce que nom, prénom et date de naissance y sont les mêmes." if len(told) > 1 else ""
    return Paper(
        title="Tout ce que nous savons de cette personne",
        subject=known.name,
        reference=f"Né(e) le {date_short(known.born)}" if known.born else "Date de naissance inconnue",
        day=day,
        day_said=as_of(day),
        region=region,
        organisation=region,
        blocks=(
            Note(
                f"{counted}. {same} Ces données sont effacées cinq ans après le 31 décembre qui suit le dernier paiement du contrat, à "
                "moins que la Région n’ait réglé une autre durée. Elles sont aussi, telles qu’elles sont enregistrées, dans le fichier "
                f"{DATA} ; les documents envoyés sont joints."
            ),
            *(block for each in told for block in _of_contract(each)),
        ),
    )


def _of_contract(told: Told) -> Sequence[Block]:
    known = told.known
    return (
        Heading(f"{known.title}, contrat {known.contract_number}"),
        Facts((("Organisme de formation", f"{known.organisation}, SIRET {known.siret}"),)),
        Heading("Fiche", 2),
        Facts(tuple((CALLED[field], text) for field, text in sheet_as_read(told))),
        *_stay(told),
        *_surveys(told),
        *_months(told),
        *_amounts(told),
        *_files(told),
        *_history(told),
        *(block for text in told.texts for block in (Heading("Texte où votre nom figure", 2), Paragraph(text))),
        *_typed(told),
    )


def sheet_as_read(told: Told) -> list[tuple[str, str]]:
    """Every value of the sheet that is there, by the form's field."""
    held = ((field, value(told.known.sheet, path)) for field, path in {**PATHS, **PATHWAY}.items())
    return [(field, as_read(field, as_text(one))) for field, one in held if one not in (None, "")]


def _stay(told: Told) -> Sequence[Block]:
    """Whether they entered, when they left and how, and what became of them."""
    (row,) = told.rows.get("trainees", [{}])
    exit_, survey = row.get("exit") or {}, row.get("survey") or {}
    facts = [
        ("Inscription", STATES.get(row.get("state", ""), "")),
        ("Inscription faite le", moment(row["registered_at"]) if row.get("registered_at") else ""),
        ("Entrée", date_short(row.get("entered_on"))),
        ("Tranche d’âge à l’entrée", label(row.get("age_bracket"), codes.AgeBracket)),
        ("Sortie", date_short(exit_.get("on"))),
        ("Sorte de sortie", label(exit_.get("kind"), codes.ExitKind)),
        ("Motif de la sortie", label(exit_.get("reason"), codes.ExitReason)),
        ("Situation à la sortie", label(survey.get("situation"), codes.Situation)),
        ("Contrat de travail à la sortie", label(survey.get("contract"), codes.EmploymentContract)),
    ]
    return Heading("Parcours dans l’action", 2), Facts(tuple(fact for fact in facts if fact[1]))


def _surveys(told: Told) -> Sequence[Block]:
    """What became of them later, who said it, until when a link lets them say it, and the mails that brought one."""
    answers = tuple(
        (
            label(row["survey"], codes.SurveyKind),
            label(row["situation"], codes.Situation),
            label(row["employment"], codes.EmploymentContract),
            "vous, par votre lien" if row["by_link"] else "l’organisme",
        )
        for row in told.rows.get("later_surveys", [])
    )
    links = tuple((label(row["survey"], codes.SurveyKind), date_short(row["last_day"])) for row in told.rows.get("survey_links", []))
    mails = tuple(
        (label(row["survey"], codes.SurveyKind), moment(row["ended_at"] or row["asked_at"]), MAILED.get(row["outcome"] or "", "en attente"))
        for row in told.rows.get("mailed", [])
    )
    asked = (Column("Enquête", share=1), Column("Situation", share=2), Column("Contrat de travail", share=2), Column("Dit par", share=1))
    tables = (
        Table("Ce que vous êtes devenu depuis", asked, answers),
        Table("Liens personnels pour répondre", (Column("Enquête", share=1), Column("Valable jusqu’au")), links),
        Table("Courriels avec un lien", (Column("Enquête", share=1), Column("Quand"), Column("Ce qu’il en est")), mails),
    )
    filled = tuple(table for table in tables if table.rows)
    return (Heading("Enquêtes", 2), *filled) if filled else ()


def _months(told: Told) -> Sequence[Block]:
    """The hours of each month as typed, its absences, and whether it is confirmed."""
    confirmed = {row["month"] for row in told.rows.get("confirmed", [])}
    columns = (
        Column("Mois"),
        *(Column(name, Align.END, group=group) for group in ("En centre", "En entreprise") for name in ("Suivies", "Justifiées", "Autres")),
        Column("Absences", share=2),
        Column("Confirmé"),
    )
    rows = tuple(
        (
            month(row["month"]),
            *(hours_cell(row["line"][place][figure]) for place in ("centre", "company") for figure in FIGURES),
            FORMATS["absences"](row["line"]["absences"]) if row["line"]["absences"] else "",
            "oui" if row["month"] in confirmed else "non",
        )
        for row in sorted(told.rows.get("lines", []), key=lambda row: str(row["month"]))
    )
    return (Heading("Heures", 2), Table("Heures de chaque mois, et absences", columns, rows)) if rows else ()


def _amounts(told: Told) -> Sequence[Block]:
    columns = (Column("Mois"), Column("Lieu", share=1), Column("Montant hors taxe", Align.END))
    rows = tuple(
        (month(row["month"]), label(row["place"], codes.Place), exact_money(row["amount"])) for row in told.rows.get("amounts", [])
    )
    caption = "Part des factures de l’organisme qui tient à vos heures"
    return (Heading("Montants", 2), Table(caption, columns, rows)) if rows else ()


def _files(told: Told) -> Sequence[Block]:
    columns = (Column("Mois"), Column("Document demandé", share=2), Column("Noté par la Région", share=1))
    rows = tuple(
        (month(row["month"]), label(row["kind"], codes.ProofKind), label(row["note"], codes.ProofNote))
        for row in told.rows.get("proofs", [])
    )
    sent = Note(f"{plural(len(told.files), 'fichier')} : dossier {told.known.contract_number}.")
    return (Heading("Justificatifs", 2), Table("Documents demandés", columns, rows), sent) if rows else ()


def _history(told: Told) -> Sequence[Block]:
    columns = (Column("Quand"), Column("Qui", share=1), Column("Quoi", share=3))
    rows = tuple((moment(act.at), act.who, f"{act.what}\n{act.text}" if act.text else act.what) for act in told.acts)
    return (Heading("Ce qui a été fait", 2), Table("Actes qui vous concernent, du dernier au premier", columns, rows)) if rows else ()


def _typed(told: Told) -> Sequence[Block]:
    columns = (Column("Champ", share=1), Column("Saisi", share=2))
    rows = tuple(
        (CALLED.get(field, field), ", ".join(values))
        for row in told.rows.get("typed", [])
        for field, values in (row["typed"] or {}).items()
        if not field.startswith("_") and any(values)
    )
    return (Heading("Saisies qui ne sont pas enregistrées", 2), Table("Ce qui a été tapé", columns, rows)) if rows else ()


def data(told: Sequence[Told], day: date) -> bytes:
    """The same as data: every row as it is kept, by contract and table."""

    def of(each: Told) -> dict[str, Any]:
        known = each.known
        about = {"contract_number": known.contract_number, "title": known.title, "organisation": known.organisation, "siret": known.siret}
        acts = [{"at": act.at, "who": act.who, "what": act.what, "text": act.text} for act in each.acts]
        return {**about, "records": each.rows, "history": acts, "texts": each.texts, "files": [file.name for file in each.files]}

    return json.dumps({"day": day, "contracts": list(map(of, told))}, default=str, ensure_ascii=False, indent=1).encode()


def archive(told: Sequence[Told], pdf: bytes, day: date) -> bytes:
    """The file itself."""
    made = BytesIO()
    with ZipFile(made, "w", ZIP_DEFLATED) as archived:
        archived.writestr(PDF, pdf)
        archived.writestr(DATA, data(told, day))
        for each in told:
            for file in each.files:
                archived.writestr(f"{each.known.contract_number}/{file.name}", file.content)
    return made.getvalue()
