"""Identity without what it does by itself, at its own time: no mailer, no HTTP. What is left follows from messages alone."""

from dataclasses import replace

from identity.app import make

SERVICE = replace(make(), on_start=(), http=None)
