"""Programs of Debian's packages."""

import subprocess
from pathlib import Path

SCRIPT = Path(__file__).parents[2] / "deploy" / "local" / "debian"


def debian(package: str, program: str) -> Path:
    """The folder in which `program` is. Raises AssertionError with a sentence when it cannot be had."""
    done = subprocess.run([SCRIPT, package, program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return Path(done.stdout.strip())
