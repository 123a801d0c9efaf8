"""The Dockerfile and the parts of the pins that images get are in step with what is deployed."""

import subprocess
import sys
from pathlib import Path

from deploy.images import closures
from deploy.images.build import REPOSITORY, pins
from sesame_local.supervise import PROCESSES
from tests.operate.folders import DOCKERFILE, targets


def test_each_image_gets_the_pins_that_its_package_needs() -> None:
    assert closures.known() == closures.closures(), "python deploy/images/closures.py"


def test_a_pin_of_an_image_is_that_of_everybody_with_its_hashes() -> None:
    everybody = (REPOSITORY / "requirements.txt").read_text()
    for image, names in closures.known().items():
        of_image = pins(image)
        assert all(line in everybody for line in of_image.splitlines())
        assert of_image.count("==") == len(names) <= of_image.count("--hash=sha256:")


def test_there_is_an_image_for_each_process_with_its_folder_and_its_command() -> None:
    made = targets()
    assert made.keys() == {*PROCESSES, "auditor", "backup", "foundation"}
    for name in PROCESSES:
        package, _, role = name.partition("-")
        target = made[name]
        assert (target.image, target.entry, target.arguments) == (package, ["python", "-m", package], [role] if role else [])
        assert target.environment["SESAME_HEALTH_HOST"] == "0.0.0.0"
    text = DOCKERFILE.read_text()
    assert text.count("USER ") == 1 and "USER 10001:10001" in text.split("AS process")[0]
    assert "HEALTHCHECK" in text.split("AS process")[1].split("FROM")[0]
    for line in (line for line in text.splitlines() if "build.py" in line and line.startswith("RUN")):
        assert line.endswith("/app")


def test_hadolint_finds_nothing_in_the_dockerfile() -> None:
    hadolint = Path(sys.executable).with_name("hadolint")
    found = subprocess.run([hadolint, DOCKERFILE], capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stdout
