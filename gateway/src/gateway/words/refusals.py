"""From a fault that travelled (code and figures) to the French sentence that a person reads."""

from collections.abc import Mapping, Sequence

from contracts.answers import Fault
from contracts.refusals import Refusal, catalogue

from .sentences import French

UNKNOWN = "La demande est refusée. Contactez la Région en indiquant le code « {code} »."


def sentence(fault: Fault, people: Mapping[str, str]) -> str:
    """The sentence of a fault; `people` gives the names of the trainees that it may mention."""
    refusal: type[Refusal] | None = catalogue().get(fault.code)
    if refusal is None or refusal.__doc__ is None:
        return UNKNOWN.format(code=fault.code)
    return French(people, "ce stagiaire").format(" ".join(refusal.__doc__.split()), **fault.figures)


def summary(faults: Sequence[Fault], people: Mapping[str, str], most: int = 3) -> str:
    """The first sentences of a refusal, each once, and how many more there are: a file of contracts may have thousands."""
    sentences = list(dict.fromkeys(sentence(fault, people) for fault in faults))
    left = len(sentences) - most
    return " ".join(sentences[:most] if left > 0 else sentences) + (f" Et {left} autre{'s' if left > 1 else ''}." if left > 0 else "")
