"""What an operator watches, updated per batch, never per message."""

from typing import Literal, get_args

from prometheus_client import Counter, Gauge, Histogram

LAG = Gauge("sesame_lag_records", "Records of the log that are not handled yet", ["service", "topic"])
DELAY = Histogram(
    "sesame_delay_seconds",
    "Seconds from a batch's oldest record being written to Kafka until its effects are committed: the age of a service's or a view's data",
    ["service", "topic"],
    buckets=(0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 300, 1800),
)
BATCH_RECORDS = Histogram("sesame_batch_records", "Records in a batch", ["service", "topic"], buckets=(1, 2, 5, 10, 20, 50, 100, 200))
BATCH_SECONDS = Histogram(
    "sesame_batch_seconds",
    "Seconds that a batch took, its waits too",
    ["service", "topic"],
    buckets=(0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60),
)
REQUEST_SECONDS = Histogram(
    "sesame_request_seconds",
    "Seconds until a request's answer begins, by its place in the table of routes",
    ["service", "method", "route", "status"],
    buckets=(0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 3.5, 5, 10, 30),
)
RELAY_SECONDS = Histogram(
    "sesame_relay_seconds",
    "Seconds from a batch's oldest row being put in the outbox until Kafka has acknowledged it",
    ["service"],
    buckets=(0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 300, 1800),
)
READY = Gauge("sesame_ready", "Whether the process can work now, as /ready says", ["service"])
HANDLED = Counter("sesame_handled", "Messages handled", ["service", "topic"])
ANSWERS = Counter("sesame_answers", "Commands answered", ["service", "outcome"])
RETRIES = Counter(
    "sesame_retries", "Batches given back because the database or Kafka was away, or a position not reached", ["service", "topic"]
)
PARKED = Gauge("sesame_parked_messages", "Messages that wait for the operator", ["service"])
OUTBOX_ROWS = Gauge("sesame_outbox_rows", "Rows that Kafka has not acknowledged", ["service"])
OUTBOX_AGE = Gauge("sesame_outbox_age_seconds", "Age of the oldest of them", ["service"])
RELAYED = Counter("sesame_relayed", "Rows that Kafka acknowledged", ["service"])
HEARS = Gauge("sesame_hears_changes", "Whether the pages' process is told of answers and changes; while it is not, it looks by itself")
Alarm = Literal[
    "after-past-end",  # a command's author had seen what the log does not hold
    "command-failed",  # a command of many keys
    "impostor",  # a message of a source that may not say it
    "known-on",  # what was known is not folded again
    "not-mailed",
    "not-printed",
    "number-taken",  # a message under the number of another
    "own-events-ahead",  # of the database, which was restored
    "restored",  # a database that no log brings back
    "unanswered",  # a command
]
ALARMS = Counter("sesame_alarms", "What should never happen; deploy/RUNBOOKS.md says of each kind what to do", ["service", "kind"])
Tried = Literal["sent", "refused", "put_off", "given_up", "again"]
"""What became of a try to mail something; `again` is one after a crash."""
MAILS = Counter(
    "sesame_mails", "Mails, by what became of a try: sent, refused, put off, given up, sent again after a crash", ["service", "outcome"]
)
MAILS_WAITING = Gauge("sesame_mails_waiting", "Mails that wait to be sent", ["service"])
MAILS_AGE = Gauge("sesame_mails_age_seconds", "Age of the oldest of them that its server does not refuse for good", ["service"])
MAILBOXES_REFUSED = Gauge("sesame_mailboxes_refused", "Of whom the mail server refuses for good what is sent to their address", ["service"])


def begin(service: str) -> None:
    """What has not happened yet is 0: of what appears at 1, nobody who watches sees a rise."""
    READY.labels(service).set(0)
    for kind in get_args(Alarm):
        ALARMS.labels(service, kind)


def begin_mails(service: str) -> None:
    """The same of a process that sends mails."""
    for outcome in get_args(Tried):
        MAILS.labels(service, outcome)


def mail(service: str, outcome: Tried) -> None:
    """A try is over."""
    MAILS.labels(service, outcome).inc()


def alarm(service: str, kind: Alarm, times: int = 1) -> None:
    """It has happened."""
    ALARMS.labels(service, kind).inc(times)
