"""Backups: every database and where the log stands, taken while everything runs; and their way back, one alone or all.

    python -m backup take FOLDER                  # a folder that is not there yet; a manifest and a file for each database
    python -m backup take FOLDER --log            # and one for each topic, against the loss of Kafka
    python -m backup keep FOLDER                  # every night: one more in there, checked; then those go that have had their days
    python -m backup check FOLDER                 # is it whole, what does it hold
    python -m backup restore FOLDER billing …     # these databases, whose processes are stopped; `--all` of them
    python -m backup restore-log FOLDER           # the topics, into a cluster where they are new; then the databases

No moment need be the same for two databases: each is consistent in itself, and the log, which only grows, tells each at its next start
what it lacks (decision 0026). What cannot be done ends with one sentence, and then nothing has changed.
"""
