"""The languages that readers may have the Cupboard in, and the catalogues of our texts beside Moin's.

A text of ours is written in English where it stands, in ``_("...")`` or ``{% trans %}``; a catalogue of a language says
it in that language. Catalogues are ``translations/<language>/LC_MESSAGES/*.po``: ``messages.po`` is made from our
sources by ``make messages``, ``moin.po`` holds texts of Moin's that it has no translation of. They are read as they
are, once in each process and language (some hundredths of a second); there is nothing to compile and nothing that can
be out of date.

A reader has the language of the account's settings; otherwise the one chosen at the top of a page, which a cookie
holds; otherwise the first of the browser's wishes (``Accept-Language``) of which there is a catalogue here; otherwise
the wiki's. A language that only Moin speaks is no longer chosen for a
browser: most of a page would be English. An account that has chosen one keeps it.
"""

from cupboard.languages import choosing, moments
from cupboard.languages.catalogues import LANGUAGES, awaits_review

__all__ = ["LANGUAGES", "awaits_review", "install"]


def install() -> None:
    """Have applications made from now on speak the reader's language."""
    choosing.install()
    moments.install()
