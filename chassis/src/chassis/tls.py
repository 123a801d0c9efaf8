"""Encrypted connections: whom a client believes."""

import ssl

from .trouble import Trouble


def trusting(ca: str) -> ssl.SSLContext:
    """A client's side, which checks certificate and name: signed by an authority of the file `ca`, or of the machine's when empty.

    Raises Trouble for a file that holds none.
    """
    try:
        return ssl.create_default_context(cafile=ca or None)
    except OSError as error:
        raise Trouble("The certificates in {file} cannot be read ({error}).", file=ca, error=error) from error
