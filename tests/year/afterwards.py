"""What is done with a year once it is over: the auditor looks at it, and the portal's views are built anew from its topics."""

import asyncio
import os
import sys
from collections.abc import Mapping
from time import monotonic

from sesame_local.place import DATABASES, Place
from sesame_local.supervise import Installation


async def audit(place: Place) -> list[str]:
    """What differs between the log and the databases, a line for each; nothing when all is well."""
    found = []
    for name in DATABASES:
        environment = Installation(place).environment("gateway-worker" if name == "gateway" else name)
        environment |= {"SESAME_KAFKA_USER": "auditor", "SESAME_KAFKA_PASSWORD": place.secrets["kafka.auditor"]}
        code, said = await _run(["-m", name, "audit"], environment)
        found += [f"{name}: {line}" for line in said.splitlines()] if code else []
    return found


async def rebuild(place: Place) -> float:
    """Seconds that the views of everything take to be built anew. Raises RuntimeError when they are not."""
    began = monotonic()
    code, said = await _run(["-m", "gateway", "rebuild"], Installation(place).environment("gateway-worker"))
    if code:
        raise RuntimeError(said)
    return monotonic() - began


async def _run(line: list[str], environment: Mapping[str, str]) -> tuple[int, str]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, *line, env=os.environ | environment, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    said, _ = await process.communicate()
    return process.returncode or 0, said.decode()
