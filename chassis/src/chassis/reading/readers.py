"""The reader of each topic of a service."""

from ..service import Outside, Service, Subscription, Ticks
from ..settings import Settings
from .reader import Reader
from .records import OutsideReader, SubscriptionReader
from .ticks import TicksReader


def readers(service: Service, settings: Settings) -> dict[str, Reader]:
    """How each topic of the service's table is read, by its name in Kafka."""
    readers: list[Reader] = []
    for row in service.subscriptions:
        match row:
            case Subscription():
                readers.append(SubscriptionReader(row, service, settings))
            case Outside():
                readers.append(OutsideReader(row, settings))
            case Ticks():
                readers.append(TicksReader(row, settings))
    return {reader.topic: reader for reader in readers}
