"""A sandbox for partners who write a topic of ours: Kafka, PostgreSQL, the service that answers, and a history that is the same each time.

`partner` is what there is to know of one of them, `finance` the Region's finance system (`contracts/FINANCE.md`); `stage` says what stands
around the service, `exchanges` pairs what a client sent with its answers, `rules` are those of every partner, `report` says what is wrong,
`installation` brings it up.
"""
