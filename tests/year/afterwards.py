"""What is done with a year once it is over: the auditor looks at it, and the portal's views are built anew from its topics."""

import asyncio
import os
import sys
from collections.abc import Mapping
from time import monotonic

from sesame_local.place import Place
from sesame_local.supervise import Installation


async def audit(place: Place) -> tuple[bool, str]:
    """Whether every promise holds, and what the auditor says of each."""
    code, said = await _run(["-m", "auditor"], Installation(place).audited())
    return code == 0, said


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
