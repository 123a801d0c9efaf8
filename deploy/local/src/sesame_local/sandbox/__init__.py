"""A sandbox for the Region's finance system (`contracts/FINANCE.md`): Kafka, PostgreSQL, billing, and a history that is the same each time.

`history` is what has happened, `play` lets it happen, `scenarios` what a client is to do about it, `exchanges` what it sent and was
answered, `rules` what is wrong with that, `report` says it, `installation` brings it up.
"""
