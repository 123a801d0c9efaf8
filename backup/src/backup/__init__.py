"""Backups: every database and where the log stands, taken while everything runs; and their way back, one alone or all.

    python -m backup take FOLDER                  # a folder that is not there yet; a manifest and a file for each database
    python -m backup check FOLDER                 # is it whole, what does it hold
    python -m backup restore FOLDER billing …     # these databases, whose processes are stopped; `--all` of them

No moment need be the same for two databases: each is consistent in itself, and the log, which only grows, tells each at its next start
what it lacks (decision 0026). What cannot be done ends with one sentence, and then nothing has changed.
"""
