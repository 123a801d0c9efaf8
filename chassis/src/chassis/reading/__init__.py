"""From Kafka to the engine: a reader for each topic, which says what its records mean, and a consumer, which fetches them."""
