"""What goes by mail, when, and how a mail reads (NOT-1)."""

from datetime import datetime
from uuid import UUID

import pytest

from contracts.month import PARIS
from gateway.mails import links
from gateway.mails.letter import Letter, Line, Section, written
from gateway.told import mailed
from gateway.told.row import AGENTS, HOLDER
from gateway.told.table import NOTICES

SOMEBODY, KEY = UUID(int=7), b"k" * 32


def paris(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=PARIS)


@pytest.mark.parametrize("kind", NOTICES)
def test_not_1_each_kind_of_notification_is_of_a_family_that_those_choose_whom_it_reaches(kind: str) -> None:
    assert (mailed.family_of(kind).to == AGENTS) == (NOTICES[kind].to == AGENTS)


def test_not_1_no_family_names_a_kind_that_is_none_or_another_s() -> None:
    named = [kind for family in mailed.FAMILIES for kind in family.kinds]
    assert set(named) <= NOTICES.keys() and len(set(named)) == len(named)
    assert [sum(not family.kinds for family in mailed.families_for(of)) for of in (HOLDER, AGENTS)] == [1, 1]


def test_not_1_a_decision_goes_at_once_and_what_comes_for_many_actions_on_one_day_goes_once_a_day() -> None:
    assert mailed.family_of("invoice_rejected").usual == mailed.family_of("request_granted").usual == "at_once"
    assert {mailed.family_of(kind).usual for kind in ("window_opens", "invoices_window_closes", "survey_due")} == {"daily"}
    assert {family.usual for family in mailed.families_for(AGENTS)} == {"daily"}


@pytest.mark.parametrize(
    ("told", "goes"),
    [
        ("2008-03-01T00:00", "2008-03-01T07:00"),  # a day tells at its beginning
        ("2008-03-01T06:59:59", "2008-03-01T07:00"),
        ("2008-03-01T07:00", "2008-03-02T07:00"),
        ("2008-03-29T18:00", "2008-03-30T07:00"),  # that night is an hour shorter
        ("2008-10-25T23:30", "2008-10-26T07:00"),  # and this one longer
        ("2008-12-31T12:00", "2009-01-01T07:00"),
    ],
)
def test_t_3_one_mail_a_day_goes_at_seven_in_paris(told: str, goes: str) -> None:
    assert mailed.next_seven(paris(told)) == paris(goes)
    assert mailed.next_seven(paris(told)).utcoffset() == paris(goes).utcoffset()


def test_not_1_a_link_stops_what_it_was_signed_for_and_no_other_is_believed() -> None:
    token = links.signed(KEY, SOMEBODY, {"windows", "decisions"})
    assert links.read(KEY, token) == links.Stop(SOMEBODY, ("decisions", "windows"))
    assert links.read(b"x" * 32, token) is None
    for wrong in ("", "a", "é", "=", token[:-1], token[1:], token + "A", token[:-2] + "AA", "A" * len(token), token.swapcase()):
        assert links.read(KEY, wrong) is None, wrong


LETTER = Letter(
    "Sésame : facture\nn° 1",
    "Bonjour,",
    (
        Section(
            "Facture n° 1 <rejetée>",
            (Line("BTS & « ASSISTANT » : " + "heures inexactes, " * 9, "Lire le motif", "https://s.example/" + "x" * 90),),
        ),
        Section("", (Line("Rien de plus."),)),
    ),
    (Line("Choisir :", "Vos courriels", "https://s.example/compte/courriels"),),
)


def test_not_1_both_forms_of_a_mail_say_the_same() -> None:
    words = written(LETTER, "https://s.example/stop")
    assert (words.subject, words.stop) == ("Sésame : facture n° 1", "https://s.example/stop")
    for line in (line for section in (*LETTER.sections, Section("", LETTER.foot)) for line in section.lines):
        assert " ".join(line.text.split()) in " ".join(words.plain.split())
        assert line.link in words.plain and line.link in words.html
        assert line.url in words.plain.split() or not line.url, "an address is whole, on one line"
        assert f'href="{line.url}"' in words.html or not line.url
    assert "Facture n° 1 <rejetée>" in words.plain
    assert "Facture n° 1 &lt;rejetée&gt;" in words.html and "BTS &amp;" in words.html
    assert max(len(line) for line in words.plain.splitlines() if "https" not in line) <= 76
