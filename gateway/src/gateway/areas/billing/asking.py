"""Invoices between the form and their commands, without the web: what is chosen and confirmed, what an agent decides (BIL-2, BIL-7)."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from uuid import UUID

from pydantic import ValidationError

from contracts.billing import DecideInvoice, IssueInvoice, NoteInvoice, SubcontractStanding
from contracts.codes import Decision, InvoiceKind, ProofNote, RejectionCode, WithoutMonths
from contracts.month import Month
from contracts.proofs import MOST_FILES, NoteProofs, SeenProof
from gateway.areas.action.queries.proofs import ProofView
from gateway.web.values import LONGEST, Values
from gateway.words.french import months

CHOICE = "choix"
"""The field of the invoices that are chosen: `quarter:2008-02,2008-03,2008-04`, once for each."""
NOTHING_CHOSEN = "Choisissez au moins une ligne à facturer."
SUBCONTRACTOR = "sous_traitant"
SUBCONTRACT_FIELDS = {"subcontractor": SUBCONTRACTOR, "excluding_tax": "montant"}
NOTE_FIELDS = {"text": "note"}
ONE_BY_ONE = "La prochaine facture porte des retenues : confirmez les factures une par une, pour voir ce que chacune porte."
DECISION_FIELDS = {"code": "motif", "text": "texte"}


def read_choice(key: str) -> tuple[str, tuple[str, ...]]:
    """The kind and the months that a key of `CHOICE` names, as they were typed."""
    kind, _, listed = key.partition(":")
    return kind, tuple(month for month in listed.split(",") if month)


def key_of(kind: InvoiceKind, months: Iterable[Month]) -> str:
    """Names an invoice in a form."""
    return f"{kind}:{','.join(months)}"


def anchor(key: str) -> str:
    """The name of the field beside which a choice's faults are shown; the choice itself has this id on the page."""
    kind, chosen = read_choice(key)
    return "-".join((CHOICE, kind, *chosen))


def check_choice(values: Values, chosen: Iterable[tuple[Month, ...]]) -> None:
    """Note what is wrong with the months of the invoices that were chosen: there are none, or some are in several (BIL-7)."""
    chosen = list(chosen)
    if not chosen:
        values.wrong(CHOICE, NOTHING_CHOSEN)
    counted = Counter(month for of_one in chosen for month in of_one)
    if twice := sorted(month for month, count in counted.items() if count > 1):
        what = "un mois ne va que dans une facture. Ne gardez qu’une des factures qui le contiennent."
        values.wrong(CHOICE, f"{months(twice).capitalize()} : {what}")


def issue(values: Values, known: Collection[Month]) -> dict[str, IssueInvoice]:
    """A command for each invoice that is confirmed, as the user saw it, by its key: `montant` is its amount, `known` the action's months.

    None when nothing was chosen, or a month is in two of them: the values say so (BIL-7). What no page of ours sends is none.
    """
    sent = [_invoice(values, row, key) for row, key in enumerate(values.values(CHOICE))]
    commands = {key_of(command.kind, command.months): command for command in sent if command and set(command.months) <= set(known)}
    check_choice(values, (command.months for command in commands.values()))
    return commands if values.ok else {}


def _invoice(values: Values, row: int, key: str) -> IssueInvoice | None:
    kind, chosen = read_choice(key)
    sent = {"kind": kind, "months": chosen, "excluding_tax": values.value("montant", row)}
    try:
        return IssueInvoice.model_validate(sent)
    except ValidationError:
        return None


def subcontract(values: Values, subcontracts: Iterable[SubcontractStanding]) -> IssueInvoice | None:
    """The invoice of a subcontractor of the contract, as it was typed; None when nobody was chosen, or nothing can be read (BIL-6)."""
    siret, amount = values.value(SUBCONTRACTOR), values.money("montant", "Saisissez le montant hors taxe, par exemple 1500,00.")
    if siret not in {each.siret for each in subcontracts}:
        values.wrong(SUBCONTRACTOR, "Choisissez un sous-traitant.")
    if amount is None or not values.ok:
        return None
    asked = {"without_months": WithoutMonths.SUBCONTRACT, "subcontractor": siret, "excluding_tax": amount}
    return _without_months(values, asked)


def advance(values: Values) -> IssueInvoice | None:
    """The advance, as it was seen (BIL-10); None for what no page of ours sends."""
    return _without_months(values, {"without_months": WithoutMonths.ADVANCE, "excluding_tax": values.value("montant")})


def _without_months(values: Values, asked: Mapping[str, object]) -> IssueInvoice | None:
    try:
        return IssueInvoice.model_validate({"kind": InvoiceKind.INSTALMENT, "months": ()} | dict(asked))
    except ValidationError:
        values.wrong("montant", "Ce montant n’est pas lisible. Saisissez par exemple 1500,00.")
        return None


def decide(values: Values, invoice_id: UUID) -> DecideInvoice | None:
    """The decision; None when a rejection lacks its reason: the values say which part (BIL-7)."""
    if values.value("decision") != "rejeter":
        return DecideInvoice(invoice_id=invoice_id, decision=Decision.ACCEPTED)
    code = values.code("motif", RejectionCode, "Choisissez le motif du rejet.")
    text = values.text("texte", "Dites quoi corriger, pour quel stagiaire et quel mois : l’organisme lira ce texte.", most=LONGEST)
    return DecideInvoice(invoice_id=invoice_id, decision=Decision.REJECTED, code=code, text=text) if values.ok else None


def note(values: Values, invoice_id: UUID) -> NoteInvoice | None:
    """The note to the organisation; None when it is empty, or too long (BIL-7)."""
    text = values.text("note", "Écrivez ce que l’organisme doit lire.", most=LONGEST)
    return NoteInvoice(invoice_id=invoice_id, text=text) if values.ok else None


ALL_RECEIVED = "tout"
"""The button that notes everything that an invoice rests on as received."""


def note_proofs(values: Values, proofs: Iterable[ProofView]) -> NoteProofs | None:
    """What is noted of an invoice's proofs, where it is other than what was shown; None when nothing is, or another agent has noted one of
    these meanwhile: the values say so (DEC-10). What the form does not show is not noted, “Tout” included.
    """
    noted = []
    for proof in proofs:
        if f"{proof.key}.vu" not in values.typed:
            continue
        shown = values.value(f"{proof.key}.etait")
        chosen = ProofNote.RECEIVED if values.value("faire") == ALL_RECEIVED else values.code(f"{proof.key}.note", ProofNote)
        if not chosen or chosen is proof.note or chosen == shown:
            continue
        if shown != (proof.note or ""):
            values.wrong(f"{proof.key}.note", "Un autre agent a noté ce justificatif entre-temps. Vérifiez, puis notez de nouveau.")
        files = _files(values.value(f"{proof.key}.vu"))
        noted.append(SeenProof(**proof.of.model_dump(), note=chosen, files=files, was=proof.note or "nothing"))
    if not noted and values.ok:
        values.wrong(None, "Rien n’a changé : indiquez ce qui est reçu, ou ce qui manque.")
    return NoteProofs(proofs=tuple(noted)) if values.ok else None


def _files(text: str) -> tuple[UUID, ...]:
    """The files that were shown; what no page of ours sends is none."""
    try:
        return tuple(UUID(word) for word in text.split()[:MOST_FILES])
    except ValueError:
        return ()
