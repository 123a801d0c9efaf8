"""The documents are in step with what they describe."""

import re
from pathlib import Path
from string import Formatter

import pytest
from prometheus_client.metrics import MetricWrapperBase

from chassis import metrics
from contracts.message import Command
from contracts.refusals import Refusal, catalogue
from contracts.registry import MESSAGES
from gateway.words import notices
from gateway.words.sentences import FORMATS

ROOT = Path(__file__).parents[2]
OPERATING = "".join((ROOT / "deploy" / f"{page}.md").read_text() for page in ("INSTALLING", "OPERATING", "PERSONAL"))
READMES = (ROOT / "README.md").read_text() + (ROOT / "deploy/local/README.md").read_text() + OPERATING
TARGETS = {name for line in re.findall(r"^\.PHONY: (.*)", (ROOT / "Makefile").read_text(), re.MULTILINE) for name in line.split()}


def test_every_make_command_of_the_documents_exists_and_every_one_that_exists_is_told() -> None:
    assert set(re.findall(r"`?make ([a-z]+)", READMES)) - {"sure"} == TARGETS


def test_every_metric_that_an_operator_is_told_to_watch_exists() -> None:
    known = {sample.name for metric in vars(metrics).values() if isinstance(metric, MetricWrapperBase) for sample in metric.describe()}
    told = {name.removesuffix("_total") for name in re.findall(r"`(sesame_[a-z_]+)`", OPERATING)}
    assert told and told <= known | {name.removesuffix("_total") for name in known}


PAGES = [
    *ROOT.glob("*.md"),
    *(page for folder in ("contracts", "decisions", "deploy", "tests") for page in sorted((ROOT / folder).rglob("*.md"))),
]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_of_a_page_leads_somewhere(page: Path) -> None:
    for link in re.findall(r"\]\(([^)#\s]+)", page.read_text()):
        assert re.match("https?:", link) or (page.parent / link).exists(), link


def test_every_folder_of_the_architecture_is_there_and_every_decision_is_listed() -> None:
    folders = re.findall(
        r"^\| `([a-z]+/(?:[a-z]+/)?)`", (ROOT / "ARCHITECTURE.md").read_text().split("A service, whichever")[0], re.MULTILINE
    )
    assert folders and all((ROOT / folder).is_dir() for folder in folders)
    index = (ROOT / "decisions/README.md").read_text()
    assert {path.name for path in (ROOT / "decisions").glob("0*.md")} == set(re.findall(r"\((0[^)]+\.md)\)", index))


def test_every_setting_that_the_documents_name_is_read_somewhere() -> None:
    sources = [
        path.read_text()
        for folder in ("chassis", "services", "gateway", "clock", "auditor", "deploy", "tests")
        for path in (ROOT / folder).rglob("*.py")
    ]
    code = " ".join(sources).lower()
    for name in set(re.findall(r"SESAME_([A-Z_]+)\b", READMES)) - {""}:
        assert name.lower() in code, name


PUBLISHED = sorted(code for code, refusal in catalogue().items() if refusal.__module__.startswith("contracts."))


def test_no_two_refusals_have_one_code() -> None:
    kinds, waiting = list(catalogue().values()), Refusal.__subclasses__()
    while waiting:
        kinds.append(waiting.pop())
        waiting += kinds[-1].__subclasses__()
    published = {kind for kind in kinds if kind.__module__.startswith("contracts.")}
    assert len(published) == len(PUBLISHED)


@pytest.mark.parametrize("code", PUBLISHED)
def test_every_refusal_is_a_french_sentence_with_a_rule_and_known_formats(code: str) -> None:
    refusal = catalogue()[code]
    sentence = " ".join((refusal.__doc__ or "").split())
    assert sentence.endswith((".", "»"))
    formats = {spec for _, name, spec, _ in Formatter().parse(sentence) if name and spec}
    assert formats <= {*FORMATS, "person"}
    assert refusal.rule or code == "refusals"


def test_every_refusal_stands_where_whoever_words_it_looks() -> None:
    refusals = re.compile(r"^class \w+\((?:\w+, )*(?:\w+\.)?\w*Refusal\)", re.MULTILINE)
    for folder in ("chassis", "services", "gateway", "clock"):
        for path in (ROOT / folder).rglob("src/**/*.py"):
            assert not refusals.search(path.read_text()), path


def test_every_command_has_a_sentence_for_when_it_is_done() -> None:
    assert {type_ for type_, message in MESSAGES.items() if issubclass(message, Command)} == set(notices.DONE)
