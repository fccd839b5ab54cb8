"""The Sustainable Procurement Cupboard: everything that is not a macro, a parser or a theme.

Installed, this folder is the package ``cupboard`` with ``macros`` and ``parsers`` inside it. In a checkout those
two are its neighbours, so the checkout's root joins the package's path. Nothing else happens here: Moin's plugin
loader runs this file a second time under a name of its own.
"""

from pathlib import Path

_here = Path(__file__).resolve().parent
if not (_here / "macros").is_dir():
    __path__.append(str(_here.parent))
