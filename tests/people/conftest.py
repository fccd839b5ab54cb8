from tests.accounts.conftest import app, join, mailbox  # noqa: F401
