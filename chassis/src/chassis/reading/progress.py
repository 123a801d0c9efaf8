"""Whether a consumer gets on with what waits for it."""


class Progress:
    """Counts the looks, a second apart, at each of which something waited, and since the first of which nothing has moved.

    Looks, not seconds: whoever was frozen, or had no turn on a busy machine, has not been stuck meanwhile.
    """

    def __init__(self) -> None:
        self.stuck = 0
        self._moves = self._moves_at_last_look = 0

    def moved(self, *_: object) -> None:
        """Something has come to its end, well or badly: a statement, a batch, a try to connect."""
        self._moves += 1

    def look(self, *, waits: bool) -> None:
        """One look: whether something waits to be read now, or is at hand."""
        is_stuck = waits and self._moves == self._moves_at_last_look
        self.stuck = self.stuck + 1 if is_stuck else 0
        self._moves_at_last_look = self._moves
