"""What every test can ask for."""

from hypothesis import settings

from tests.often import often

# A shared machine is slow now and then: that fails no example.
settings.register_profile("shared", deadline=None, max_examples=often(100))
settings.load_profile("shared")

pytest_plugins = ("tests.infra", "tests.sharing")
