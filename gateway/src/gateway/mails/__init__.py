"""Mails of the portal (NOT-1): what they say and how they look (`letter`), where they wait (`outbox`), links that stop them (`links`).

The worker notes, gathers and sends them (`worker.noting`, `gathering`, `mailing`); which notification belongs to which family is told in
`told.mailed`.
"""
