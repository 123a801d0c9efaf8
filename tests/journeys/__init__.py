"""All journeys are made on one installation, one after another, and time goes on: a package, whose fixture it is (`conftest.world`)."""
