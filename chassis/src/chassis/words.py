"""What an operator reads. It stands in English where it is said, and is printed in the words of the installation."""

from collections.abc import Mapping

Words = Mapping[str, str]
"""The installation's sentence for each English one, with the same figures in braces; what is missing is said in English."""


def say(words: Words, sentence: str, **figures: object) -> str:
    """`sentence` in the installation's words, its figures filled in."""
    text = words.get(sentence, sentence)
    return text.format(**figures) if figures else text
