"""What ends the process with a sentence, and what is only waited out."""

import socket
import ssl
import traceback

import asyncpg
from aiokafka import errors as kafka

from .words import Words, say


class Trouble(Exception):
    """The process cannot go on. The sentence tells the operator what to do; its figures stand in braces."""

    def __init__(self, sentence: str, **figures: object) -> None:
        super().__init__(say({}, sentence, **figures))
        self._sentence, self._figures = sentence, figures

    def told(self, words: Words) -> str:
        """The sentence in the words of the installation."""
        return say(words, self._sentence, **self._figures)


TRANSIENT = (
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.TransactionRollbackError,  # serialization failures and deadlocks
    asyncpg.InsufficientResourcesError,
    asyncpg.LockNotAvailableError,
    asyncpg.IdleInTransactionSessionTimeoutError,  # who was frozen in a transaction: no fault of the message at hand
    asyncpg.InternalClientError,  # a connection that was killed in the middle of something
    kafka.KafkaError,
    ConnectionError,
    TimeoutError,
)

AWAY = (OSError, kafka.KafkaError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError)
"""Whatever a broker or a database raises that is away, or that does not want us: `explain` tells which."""

NO_RIGHT = (kafka.TopicAuthorizationFailedError, kafka.GroupAuthorizationFailedError, kafka.ClusterAuthorizationFailedError)


def is_transient(error: BaseException, connection: asyncpg.Connection | None = None) -> bool:
    """Whether trying again can help: database or broker away, serialization failure. A lost connection shows in any error."""
    return isinstance(error, TRANSIENT) or (connection is not None and connection.is_closed())


def explain(error: BaseException) -> Trouble | None:
    """The trouble behind an error that trying again does not help; None for another error."""
    match error:
        case Trouble():
            return error
        case asyncpg.InvalidPasswordError() | asyncpg.InvalidAuthorizationSpecificationError():
            return Trouble("PostgreSQL refuses the user or its password ({error}). Check SESAME_DATABASE.", error=error)
        case asyncpg.InvalidCatalogNameError():
            return Trouble("This database does not exist ({error}). Create it, or check SESAME_DATABASE.", error=error)
        case ssl.SSLCertVerificationError():
            return Trouble(
                "A server shows a certificate that is not believed ({error}). Check its name, and the file of authorities.", error=error
            )
        case socket.gaierror() if error.errno != socket.EAI_AGAIN:  # whose server of names is away has no wrong address
            return Trouble("The host of SESAME_DATABASE or of SESAME_KAFKA is unknown. Check both settings.")
        case kafka.AuthenticationFailedError() | kafka.SaslAuthenticationFailed():
            return Trouble("Kafka refuses the user or its password. Check SESAME_KAFKA_USER and SESAME_KAFKA_PASSWORD.")
        case _ if isinstance(error, NO_RIGHT):
            return Trouble("Kafka refuses access ({kind}, {error}). Apply the topics' ACLs.", kind=type(error).__name__, error=error)
    return None


def where(error: BaseException) -> str:
    """Where `error` was raised, innermost first, without its text: that could hold what somebody typed."""
    frames = traceback.extract_tb(error.__traceback__)[-8:]
    return " < ".join(f"{frame.filename.rpartition('/')[2]}:{frame.lineno} {frame.name}" for frame in reversed(frames))
