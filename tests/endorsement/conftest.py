from tests.organisations.conftest import town  # noqa: F401  a fixture
