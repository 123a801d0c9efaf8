"""Rows of a month, from the grid to the service: kept as drafts until they are accepted, sent, and what was answered beside its cells."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import islice
from uuid import UUID, uuid5

from chassis.instant import now
from contracts.declarations import SaveLine, SetExit
from contracts.month import Month
from contracts.refusals.common import ChangedMeanwhile
from gateway.areas.action.visit import ActionVisit
from gateway.web.commands import Answer, Asked
from gateway.web.drafts import forget_drafts, keep_drafts
from gateway.web.forms import Form, Restored
from gateway.words.refusals import sentence

from .asking import changed, digest, fill_month, of_row, put, row_commands
from .queries import Draft, Row, draft_of, load_declared, load_drafts


@dataclass(frozen=True, slots=True)
class Loaded:
    """The month's rows and their drafts; `restored`, once, when a page that was posted after its session had lapsed has become drafts."""

    rows: list[Row]
    drafts: dict[UUID, Draft]
    restored: Restored | None = None
    adds: tuple[Row, ...] = ()
    """For whom the month adds hours, present or not (DEC-5)."""


async def load(visit: ActionVisit, month: Month) -> Loaded:
    """The month as it is stored, and what was typed and not saved, in a session that had lapsed too: that of the rows that were changed
    there becomes their drafts (ACC-7).
    """
    declared = await load_declared(visit.db, visit.viewer, visit.contract, month)
    rows, adds = [row for row in declared if row.is_present], tuple(row for row in declared if row.adds)
    drafts = await load_drafts(visit.db, visit.viewer, visit.contract, month)
    if drafts.lapsed is None:
        return Loaded(rows, drafts.of_rows, adds=adds)
    which, lapsed = draft_of(visit.contract, month), Form(drafts.lapsed)
    await keep(visit, month, changed(lapsed, rows, month), lapsed)
    await visit.forget(which)
    return Loaded(rows, (await load_drafts(visit.db, visit.viewer, visit.contract, month)).of_rows, Restored(which), adds)


@dataclass(slots=True)
class Saved:
    """What became of the rows that were posted: `sent` commands' answers; `kept` rows are shown as they were typed."""

    answers: list[Answer] = field(default_factory=list)
    kept: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class _Sending:
    row: Row
    commands: tuple[SaveLine | SetExit, ...]


async def save(visit: ActionVisit, month: Month, form: Form, rows: Iterable[Row]) -> Saved:
    """Each row that was changed is kept as a draft, then sent; what is accepted stays so whatever becomes of the others (DEC-3)."""
    changed_rows, saved = await _keep_changed(visit, month, form, rows)
    await _send(visit, month, form, [sent for sent in changed_rows if sent.commands], saved)
    return saved


async def fill(visit: ActionVisit, month: Month, form: Form, rows: Sequence[Row]) -> Saved:
    """Every row that was changed is kept as a draft, then all are sent as one command, when nothing is wrong: all or none (DEC-11)."""
    sending, saved = await _keep_changed(visit, month, form, rows)
    if sending and form.ok:
        command = fill_month(month, [command for sent in sending for command in sent.commands])
        path, form_id = f"{visit.action.path}/declarations/{month}", uuid5(form.id, digest(command))
        answer = await visit.portal.commands.send(visit.viewer, visit.contract, command, form_id=form_id, path=path, subject=month)
        saved.answers.append(answer)
        take(form, rows, answer)
        if answer.accepted:
            saved.kept.clear()
            await forget(visit, month, [sent.row for sent in sending])
    form.renew()
    return saved


async def _keep_changed(visit: ActionVisit, month: Month, form: Form, rows: Iterable[Row]) -> tuple[list[_Sending], Saved]:
    """The posted rows that were changed, kept as drafts; the others have none any more. A row has no commands when something is wrong."""
    posted = [row for row in rows if f"{row.key}.version" in form.typed]
    asked = [(row, row_commands(form, row, month)) for row in posted]
    await forget(visit, month, [row for row, commands in asked if commands == ()])
    changed_rows = [_Sending(row, commands or ()) for row, commands in asked if commands != ()]
    await keep(visit, month, [sent.row for sent in changed_rows], form)
    return changed_rows, Saved(kept={sent.row.key for sent in changed_rows})


async def _send(visit: ActionVisit, month: Month, form: Form, sending: list[_Sending], saved: Saved) -> None:
    path = f"{visit.action.path}/declarations/{month}"

    # Derived from the form's: a second click is the same commands, what was typed anew is others.
    asked = [
        Asked(command, uuid5(form.id, sent.row.key + digest(command)), str(sent.row.trainee_id))
        for sent in sending
        for command in sent.commands
    ]
    answered = iter(await visit.portal.commands.send_together(visit.viewer, visit.contract, asked, path=path))
    for sent in sending:
        answers = list(islice(answered, len(sent.commands)))
        saved.answers += answers
        for answer in answers:
            take(form, [sent.row], answer)
        if all(answer.accepted for answer in answers):
            saved.kept.discard(sent.row.key)
            await forget(visit, month, [sent.row])
    form.renew()


def take(form: Form, rows: Sequence[Row], answer: Answer) -> None:
    """Note why a row was refused beside its cells, and of the month what is about no row; that a row changed meanwhile shows by itself,
    from the versions.
    """
    keys, names = {str(row.trainee_id): row.key for row in rows}, {str(row.trainee_id): row.name for row in rows}
    for fault in answer.faults or ():
        key = keys.get(fault.item or "", rows[0].key if len(rows) == 1 else None)
        if fault.code != ChangedMeanwhile.code():
            form.wrong(f"{key}.{fault.field or 'note'}" if key else None, sentence(fault, names))


async def keep(visit: ActionVisit, month: Month, rows: Iterable[Row], form: Form) -> None:
    """Keep what is typed into these rows until it is accepted."""
    at = now().isoformat()
    drafts = [(draft_of(visit.contract, month, row.trainee_id), {"typed": of_row(form, row.key), "at": at}) for row in rows]
    await keep_drafts(visit.db, visit.viewer, drafts)


async def forget(visit: ActionVisit, month: Month, rows: Iterable[Row]) -> None:
    """These rows are stored as they are shown, or their drafts were thrown away."""
    await forget_drafts(visit.db, visit.viewer, [draft_of(visit.contract, month, row.trainee_id) for row in rows])


async def settle(visit: ActionVisit, month: Month, row: Row, form: Form, *, mine: bool) -> None:
    """After a conflict: what was typed goes on from what is stored now, or gives way to it."""
    if mine:
        form.typed |= {f"{row.key}.version": [str(row.version)], f"{row.key}.exit.version": [str(row.exit_version)]}
        form.typed |= {f"{row.key}.was": [digest(row.line)], f"{row.key}.exit.was": [digest(row.exit)]}
    else:
        put(form, row.key, {})
        await forget(visit, month, [row])
