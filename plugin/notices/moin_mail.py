"""Moin's own notifications are not sent: ours take their place, for every page.

Moin sends one mail to all subscribers, with all their addresses in its ``To:`` and the raw difference of the page's
source, while the save waits for the mail server.
"""

from __future__ import annotations

from typing import Any

from blinker import ANY
from moin.signalling import item_modified
from moin.utils.notifications import send_notifications

from cupboard.notices import background


def _changed(app: Any, **details: Any) -> None:
    # Moin passes its application, or what stands for it
    background.wake(getattr(app, "_get_current_object", lambda: app)(), **details)


def install() -> None:
    """Put our notices in the place of Moin's. Calling it again changes nothing."""
    item_modified.disconnect(send_notifications, ANY)
    item_modified.connect(_changed, ANY)
