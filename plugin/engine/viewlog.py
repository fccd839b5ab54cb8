"""Logging: no line in the wiki's log for each page view.

Moin writes "item ... displayed" at level INFO for every view, beside the line that the web server writes about the
same request. Such a line is now written only when the logger ``moin.signalling.log`` is set to DEBUG. Saves and
errors are logged as before.
"""

import logging as levels

from moin.signalling import log as signal_log

from .replacement import Replacement


class _QuietLogger:
    """Stands for the logger in Moin's module of log receivers: passes on all but the line of a view."""

    def __init__(self, logger):
        self._logger = logger

    def __getattr__(self, name):
        return getattr(self._logger, name)

    def info(self, message, *args, **kwargs):
        if not message.endswith(" displayed") or self._logger.isEnabledFor(levels.DEBUG):
            self._logger.info(message, *args, **kwargs)


REPLACEMENTS = [Replacement(signal_log, "logging", _QuietLogger)]
