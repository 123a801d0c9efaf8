"""Looks for what must not be there: the names, addresses, birth dates and texts of the tables of people, passwords and tokens.

It knows them by their values, not by the names of fields. What a contract says of its holder is public, whoever else has the same name.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

STRING = re.compile(r'"([^"\\]*(?:\\.[^"\\]*)*)"')
WORD = re.compile(r"[\w’'-]+")
ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+|[\w-]+")
"""An e-mail address, or a word that may be a date."""
HASHES = re.compile(r"\$argon2\w*\$")
SHORT = 6
"""Shorter texts are those of everybody: a town, “non”."""
OF_A_PERSON = ("birth_date", "email")
OF_AN_ADDRESS = ("address", "address_complement")
Found = tuple[str, str]
"""A text in small letters, and the id of the record that it is of, unless it is public."""


@dataclass
class Scanner:
    """What is looked for, and what is public."""

    secrets: frozenset[str] = frozenset()
    values: dict[str, str] = field(default_factory=dict)
    """What stands for itself (a birth date, an address, a text), in small letters, by the id of the record that it is of."""
    names: dict[tuple[str, str], str] = field(default_factory=dict)
    """Two names that follow one another, either first."""
    public: set[str] = field(default_factory=set)

    def learn(self, id_: str, kind: str, body: Mapping[str, Any]) -> None:
        """Somebody, or what somebody wrote, as a table of people keeps it."""
        sheet = body.get("sheet") or body
        if kind == "user":  # of whoever a contract names, all of it is public
            self._value(body["email"], id_)
            self._value(body["name"], id_)
        if kind == "text":
            self._value(body["text"], id_)
        if "last_name" in sheet:
            self._name(sheet["last_name"], sheet["first_name"], id_)
        for part in (sheet, sheet.get("mail") or {}, sheet.get("during_training") or {}):
            for name in (*OF_A_PERSON, *OF_AN_ADDRESS, "telephone", "experience"):
                self._value(part.get(name), id_)

    def publish(self, terms: object) -> None:
        """What the Region itself says of a contract and its holder."""
        self.public.update(text.casefold() for text in _texts(terms))

    def found_in(self, text: str) -> Iterator[Found]:
        """What stands in a body, or in any other JSON, and may be somebody's."""
        for string in set(STRING.findall(text.casefold())):
            if string in self.values:
                yield string, self.values[string]
            if " " in string:
                yield from ((string, id_) for id_ in self._named(string))

    def found_in_words(self, line: str) -> Iterator[Found]:
        """The same of a line of words: a log's, an address."""
        folded = line.casefold()
        yield from ((folded, id_) for id_ in self._named(folded))
        yield from ((word, self.values[word]) for word in set(ADDRESS.findall(folded)) if word in self.values)
        yield from self.found_in(line)

    def whose(self, found: Iterable[Found]) -> set[str]:
        """The ids of the records of whom it is, once all that is public is known."""
        return {id_ for string, id_ in found if string not in self.public}

    def tells_a_secret(self, text: str) -> bool:
        """Whether a password, a token, or the hash of one stands in it."""
        return bool(HASHES.search(text)) or any(secret in text for secret in self.secrets)

    def _named(self, string: str) -> Iterator[str]:
        yield from (self.names[pair] for pair in pairwise(WORD.findall(string)) if pair in self.names)

    def _value(self, value: object, id_: str) -> None:
        if isinstance(value, str) and len(value) >= SHORT:
            self.values[json.dumps(value, ensure_ascii=False)[1:-1].casefold()] = id_

    def _name(self, last: str, first: str, id_: str) -> None:
        lasts, firsts = WORD.findall(last.casefold()), WORD.findall(first.casefold())
        if lasts and firsts:
            self.names[firsts[-1], lasts[0]] = self.names[lasts[-1], firsts[0]] = id_


def _texts(value: object) -> Iterable[str]:
    match value:
        case str():
            yield value
        case dict():
            for part in value.values():
                yield from _texts(part)
        case list():
            for part in value:
                yield from _texts(part)
