"""The log: where it begins and ends."""

from aiokafka import AIOKafkaConsumer, TopicPartition

from chassis import kafka
from chassis.settings import EVENTS, Settings
from contracts.personal import PERSONAL

from .manifest import Offsets

SERVICES = ("identity", "actions", "declarations", "billing", "surveys")
TOPICS = (
    EVENTS,
    PERSONAL,
    "calendar",
    *(f"{service}.commands" for service in SERVICES),
    "billing.invoices",
    "gateway.documents",
    "region.decisions",
    "region.decisions.replies",
    "region.contracts",
    "region.contracts.replies",
)
"""Everything that is said: those of `deploy/kafka/topics.toml`."""


async def stands(settings: Settings) -> tuple[Offsets, Offsets]:
    """The first offset of each partition that is still there, and that of the next record. Raises Trouble when a topic is not there."""
    wanted = {settings.topic(topic) for topic in TOPICS}
    found = await kafka.partitions(settings, wanted)
    consumer = AIOKafkaConsumer(**kafka.client_options(settings))
    try:
        await consumer.start()
        places = [TopicPartition(topic, number) for topic in sorted(wanted) for number in sorted(found[topic])]
        begins, ends = await consumer.beginning_offsets(places), await consumer.end_offsets(places)
    finally:
        await consumer.stop()
    return _by_topic(settings, begins), _by_topic(settings, ends)


def _by_topic(settings: Settings, offsets: dict[TopicPartition, int]) -> Offsets:
    found: dict[str, dict[int, int]] = {}
    for place, offset in sorted(offsets.items()):
        found.setdefault(place.topic.removeprefix(settings.topic_prefix), {})[place.partition] = offset
    return found
