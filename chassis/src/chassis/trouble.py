"""What ends the process with a sentence, and what is only waited out."""

import socket
import traceback

import asyncpg
from aiokafka import errors as kafka


class Trouble(Exception):
    """The process cannot go on; its text tells the operator, in French, what to do."""


TRANSIENT = (
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.TransactionRollbackError,  # serialization failures and deadlocks
    asyncpg.InsufficientResourcesError,
    asyncpg.LockNotAvailableError,
    kafka.KafkaError,
    ConnectionError,
    TimeoutError,
)

NO_RIGHT = (kafka.TopicAuthorizationFailedError, kafka.GroupAuthorizationFailedError, kafka.ClusterAuthorizationFailedError)


def is_transient(error: BaseException, connection: asyncpg.Connection | None = None) -> bool:
    """Whether trying again can help: database or broker away, serialization failure. A lost connection shows in any error."""
    return isinstance(error, TRANSIENT) or (connection is not None and connection.is_closed())


def explain(error: BaseException) -> Trouble | None:
    """The sentence for an error that trying again does not help; None for another."""
    match error:
        case Trouble():
            return error
        case asyncpg.InvalidPasswordError() | asyncpg.InvalidAuthorizationSpecificationError():
            return Trouble(f"PostgreSQL refuse l’utilisateur ou son mot de passe ({error}). Vérifiez SESAME_DATABASE.")
        case asyncpg.InvalidCatalogNameError():
            return Trouble(f"Cette base de données n’existe pas ({error}). Créez-la, ou vérifiez SESAME_DATABASE.")
        case socket.gaierror():
            return Trouble("L’hôte de SESAME_DATABASE ou de SESAME_KAFKA est inconnu. Vérifiez ces deux réglages.")
        case kafka.AuthenticationFailedError() | kafka.SaslAuthenticationFailed():
            return Trouble("Kafka refuse l’utilisateur ou son mot de passe. Vérifiez SESAME_KAFKA_USER et SESAME_KAFKA_PASSWORD.")
        case _ if isinstance(error, NO_RIGHT):
            return Trouble(f"Kafka refuse l’accès ({type(error).__name__}, {error}). Appliquez les ACL de deploy/kafka/topics.toml.")
    return None


def where(error: BaseException) -> str:
    """Where `error` was raised, innermost first, without its text: that could hold what is personal."""
    frames = traceback.extract_tb(error.__traceback__)[-8:]
    return " < ".join(f"{frame.filename.rpartition('/')[2]}:{frame.lineno} {frame.name}" for frame in reversed(frames))
