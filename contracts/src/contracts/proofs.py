"""The proofs that a confirmed month calls for (DEC-10): what is sent of each, and what the Region notes. None of it moves an amount.

Which ones a month calls for, its confirmation says (`ConfirmedLine.proofs`). A file's bytes are personal and large: they travel on no
topic, the portal keeps them, and a message says their digest and size.
"""

from typing import Annotated, ClassVar, Literal
from uuid import UUID

from pydantic import Field

from .codes import ProofFormat, ProofKind, ProofNote
from .message import Command, Event, Part
from .month import Month

LARGEST_FILE = 10 * 1024 * 1024
"""Bytes of one file."""
MOST_FILES = 5
"""Of one proof at once."""
MOST_NOTED = 2_000
"""Proofs in one command."""


class ProofFile(Part):
    """What is said of a file: what it is, how large, and the SHA-256 of its bytes, in hexadecimal. Not its name: people's stand in such."""

    format: ProofFormat
    size: Annotated[int, Field(ge=1, le=LARGEST_FILE)]
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class ProofKey(Part):
    """Which proof: of this trainee, of this kind, that this month calls for."""

    month: Month
    trainee_id: UUID
    kind: ProofKind


class SeenProof(ProofKey):
    """What an agent notes of a proof, and what was shown of it: where other files are there meanwhile, or another agent has noted something
    else, nothing is noted unseen (ACC-8). `was` is the note that was shown; None where pages did not say it yet.
    """

    note: ProofNote
    files: Annotated[tuple[UUID, ...], Field(max_length=MOST_FILES)] = ()
    was: ProofNote | Literal["nothing"] | None = None


class NotedProof(ProofKey):
    """What the Region noted of a proof."""

    note: ProofNote


# Commands


class SendProof(Command):
    """The organisation has sent a file as a proof, or a part of one; the portal holds it."""

    TYPE: ClassVar[str] = "declarations.send-proof.v1"

    proof: ProofKey
    file: ProofFile


class WithdrawProof(Command):
    """The organisation takes back a file that the Region has not noted as received."""

    TYPE: ClassVar[str] = "declarations.withdraw-proof.v1"

    proof: ProofKey
    file_id: UUID


class NoteProofs(Command):
    """The Region's agent notes which proofs came and which are missing, in whatever way they were sent."""

    TYPE: ClassVar[str] = "declarations.note-proofs.v1"

    proofs: Annotated[tuple[SeenProof, ...], Field(max_length=MOST_NOTED)]


# Events


class ProofSent(Event):
    """A file of a proof is there, under this id. What the Region had noted before it counts no more."""

    TYPE: ClassVar[str] = "declarations.proof-sent.v1"

    proof: ProofKey
    file_id: UUID
    file: ProofFile


class ProofWithdrawn(Event):
    """A file of a proof is no more: nobody is shown it, and the portal erases it."""

    TYPE: ClassVar[str] = "declarations.proof-withdrawn.v1"

    proof: ProofKey
    file_id: UUID


class ProofsNoted(Event):
    """What the Region noted of these proofs, where it is other than before."""

    TYPE: ClassVar[str] = "declarations.proofs-noted.v1"

    proofs: tuple[NotedProof, ...]
