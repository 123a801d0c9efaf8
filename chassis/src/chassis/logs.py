"""Logs: one JSON object a line on stdout, with the correlation id of the message at hand. Never a body."""

import logging
import sys
from collections.abc import Callable
from typing import Any

import structlog

from .settings import Settings

log = structlog.get_logger()


def set_up(name: str, settings: Settings) -> None:
    """Everything that is logged in this process goes out as JSON, the libraries' warnings too."""
    level = logging.getLevelNamesMapping()[settings.log_level.upper()]
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso"),
    ]
    structlog.configure(
        processors=[*shared, structlog.processors.format_exc_info, structlog.processors.JSONRenderer(ensure_ascii=False)],
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


class FastStreamLog:
    """What FastStream logs, which swallows what Kafka says: an authorization that is refused must end the process."""

    def __init__(self, on_error: Callable[[BaseException], None]) -> None:
        self._on_error = on_error

    def log(self, level: int, msg: Any, /, *, exc_info: Any = None, extra: Any = None) -> None:  # noqa: ARG002
        """FastStream's LoggerProto."""
        if isinstance(exc_info, BaseException):
            self._on_error(exc_info)
            log.warning("kafka", error=type(exc_info).__name__)
