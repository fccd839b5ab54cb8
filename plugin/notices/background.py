"""At-once mail while the wiki is served: a thread that a save wakes, so that no save waits for a mail server.

The thread only begins what ``cupboard digest`` does. A process that ends before its thread has sent anything loses
nothing: what changed is in the wiki, and the next run, of a thread or of the command, tells it.
"""

from __future__ import annotations

import os
import threading
from typing import Any

from moin import log

from cupboard.following.private import NOW, Private, private
from cupboard.notices import sending

logging = log.getLogger(__name__)

#: Seconds between a save and its mail: what is saved meanwhile goes into the same message.
SETTLE = 20.0

_threads: dict[tuple[int, int], _Thread] = {}
_lock = threading.Lock()


class _Thread(threading.Thread):
    def __init__(self, app: Any, store: Private):
        super().__init__(name="notices", daemon=True)
        self.app, self.store = app, store
        self.woken = threading.Event()

    def run(self) -> None:
        while True:
            self.woken.wait()
            threading.Event().wait(SETTLE)
            self.woken.clear()
            try:
                sending.run(self.app, self.store, (NOW,))
            except Exception:  # whatever it is, it is not the end of at-once mail
                logging.exception("at-once notices were not sent")


def wake(app: Any, **_: Any) -> None:
    """Have at-once mail sent soon, if anybody wants any. Takes no time, and never fails."""
    try:
        if not app.cfg.mail_enabled:
            return
        store = private()
        if not store.is_chosen(NOW):
            return
        with _lock:
            # a worker that was forked has none of its parent's threads
            key = (os.getpid(), id(app))
            thread = _threads.get(key)
            if thread is None or not thread.is_alive():
                thread = _threads[key] = _Thread(app, store)
                thread.start()
        thread.woken.set()
    except Exception:
        logging.exception("at-once notices could not be begun")
