"""Logs: one JSON object a line on stdout, with the ids of the message or request at hand: its own, its correlation and its trace. Never a
body, nor an error's text.
"""

import logging
import sys
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import structlog

from contracts.envelope import Envelope

from . import tracing
from .settings import Settings
from .trouble import where


def set_up(name: str, settings: Settings) -> None:
    """Everything that is logged in this process goes out as JSON, the libraries' warnings too."""
    level = logging.getLevelNamesMapping()[settings.log_level.upper()]
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso"),
        without_values,
    ]
    structlog.configure(
        processors=[*shared, structlog.processors.JSONRenderer(ensure_ascii=False)],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(file=sys.stdout),
    )
    structlog.contextvars.bind_contextvars(service=name)
    handler = logging.StreamHandler(sys.stdout)
    render: list[Any] = [structlog.stdlib.ProcessorFormatter.remove_processors_meta, structlog.processors.JSONRenderer(ensure_ascii=False)]
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(foreign_pre_chain=shared, processors=render))
    logging.basicConfig(level=max(level, logging.WARNING), handlers=[handler], force=True)
    # aiokafka logs at error what it retries by itself, a dozen lines a second while a broker is away; and at debug what it sends.
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)


def without_values(_logger: Any, _level: str, entry: Any) -> Any:
    """An exception is told by its kind and its place: its text and its frames hold what people typed, passwords too."""
    error = entry.pop("exc_info", None)
    if error is True:
        error = sys.exc_info()
    if isinstance(error, tuple):
        error = error[1]
    return {**entry, "error": type(error).__name__, "where": where(error)} if isinstance(error, BaseException) else entry


def about(envelope: Envelope | None) -> AbstractContextManager[None]:
    """Until the block ends, all that is logged names this message and what it belongs to."""
    if envelope is None:
        return nullcontext()
    return structlog.contextvars.bound_contextvars(
        correlation=str(envelope.correlation), message=str(envelope.id), **tracing.named(envelope.trace)
    )
