"""When reading is stuck: something waits, look after look, and nothing moves. Not when it was only quiet, slow, or frozen."""

from chassis.reading.progress import Progress


def looks(progress: Progress, number: int, *, waits: bool) -> None:
    for _ in range(number):
        progress.look(waits=waits)


def test_what_waits_and_does_not_move_is_stuck() -> None:
    progress = Progress()
    looks(progress, 60, waits=True)
    assert progress.stuck == 60


def test_the_first_record_after_a_quiet_hour_is_no_stall() -> None:
    progress = Progress()
    progress.moved()
    looks(progress, 3600, waits=False)
    looks(progress, 1, waits=True)
    assert progress.stuck == 1


def test_a_long_batch_whose_statements_end_is_not_stuck() -> None:
    progress = Progress()
    for _ in range(600):
        progress.moved()
        looks(progress, 5, waits=True)
        assert progress.stuck < 5


def test_what_was_stuck_and_moves_again_is_not() -> None:
    progress = Progress()
    looks(progress, 50, waits=True)
    progress.moved()
    looks(progress, 1, waits=True)
    assert progress.stuck == 0
