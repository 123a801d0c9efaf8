"""The door at which a process serves HTTP."""

import socket

from chassis.http import _listen


def test_the_body_of_an_answer_does_not_wait_until_the_client_has_acknowledged_its_headers() -> None:
    with _listen("HTTP", "127.0.0.1", 0) as door, socket.create_connection(door.getsockname()), door.accept()[0] as accepted:
        assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
