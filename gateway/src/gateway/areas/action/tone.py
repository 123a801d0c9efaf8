"""The tone of a state on an action's pages, which its word and its shape say too."""

from typing import Literal

Tone = Literal["ok", "todo", "wait", "warn", "bad", "later"]
