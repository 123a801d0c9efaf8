"""What every test can ask for."""

from hypothesis import settings

settings.register_profile("shared", deadline=None)  # a shared machine is slow now and then: that fails no example
settings.load_profile("shared")

pytest_plugins = ("tests.infra", "tests.sharing")
