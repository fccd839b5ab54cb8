"""A digest as a mail: plain text and HTML, to one person, with a link that ends these mails (RFC 2369, RFC 8058)."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import formatdate, parseaddr
from typing import Any
from urllib.parse import urljoin, urlsplit

from flask import url_for
from itsdangerous import BadSignature, URLSafeSerializer
from moin import current_app

from cupboard.changes import without_addresses
from cupboard.mail.outbox import Notice
from cupboard.notices.as_person import site_url
from cupboard.notices.digest import Digest
from cupboard.tongue import L_, N_

#: Of a link that ends mails: whose, and which favourite's; :data:`ALL` for all.
ALL = "*"
_SALT = "cupboard-unsubscribe"


_WHAT = {"new": L_("New"), "changed": L_("Changed"), "deleted": L_("Deleted")}


@dataclass(frozen=True)
class End:
    """What a link ends.

    :ivar itemid: of the account
    :ivar subscription: a favourite, or :data:`ALL`
    """

    itemid: str
    subscription: str


def end_token(itemid: str, subscription: str = ALL) -> str:
    """What stands in a link that ends mails; it can't be made up, and holds good as long as the wiki's secret."""
    return _signer().dumps([itemid, subscription])


def read_token(token: str) -> End | None:
    """What a link ends; None when it was not made here."""
    try:
        itemid, subscription = _signer().loads(token)
    except (BadSignature, ValueError, TypeError):
        return None
    return End(itemid, subscription) if isinstance(itemid, str) and isinstance(subscription, str) else None


def message(notice: Notice, digest: Digest, address: str, frequency_label: str) -> EmailMessage:
    """The mail. To be made within :func:`cupboard.notices.as_person.as_person`.

    The same notice always has the same Message-ID, so that a copy of it is known for one.
    """
    cfg = current_app.cfg
    base = site_url(current_app)
    host = urlsplit(base).hostname or "localhost"
    end = urljoin(base, url_for("frontend.cupboard.unsubscribe", token=end_token(notice.itemid)))
    context = {
        "digest": digest,
        "site": cfg.sitename,
        "frequency": frequency_label.lower(),
        "absolute": lambda address: urljoin(base, address),
        "end": end,
        "end_of": lambda one: urljoin(base, url_for(
            "frontend.cupboard.unsubscribe", token=end_token(notice.itemid, one.subscription))),
        "settings": urljoin(base, url_for("frontend.cupboard.emails")),
        "mine": urljoin(base, url_for("frontend.cupboard.mine")),
        "waiting": urljoin(base, url_for("frontend.cupboard.waiting")),
        "confirm": lambda name: urljoin(base, url_for("frontend.cupboard.still_true", name=name)),
        "edit": lambda name: urljoin(base, url_for("frontend.modify_item", item_name=name)),
        "what": _WHAT,
        "plain": without_addresses,
    }
    found = EmailMessage()
    found["From"] = _sender(cfg)
    found["To"] = Address(addr_spec=address) if address.isascii() else address
    found["Subject"] = " ".join(without_addresses(_subject(digest, cfg.sitename)).split())
    found["Date"] = formatdate(usegmt=True)
    found["Message-ID"] = f"<{hashlib.sha256(notice.key.encode()).hexdigest()[:40]}@{host}>"
    found["List-Id"] = f"<notices.{host}>"
    found["List-Unsubscribe"] = f"<{end}>"
    found["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    found["Auto-Submitted"] = "auto-generated"
    found.set_content(_rendered("cupboard/mail/notice.txt", context))
    found.add_alternative(_rendered("cupboard/mail/notice.html", context), subtype="html")
    return found


def _subject(digest: Digest, site: str) -> str:
    single = digest.pages[0][1] if digest.size == 1 and digest.pages else None
    if single:
        return f"{_WHAT[single.what]}: {single.title}"[:150]
    count = digest.size + digest.more
    return N_("{site}: {count} thing to know", "{site}: {count} things to know", count).format(site=site, count=count)


def _sender(cfg: Any) -> Any:
    name, address = parseaddr(cfg.mail_from)
    return Address(name or cfg.sitename, addr_spec=address)


def _rendered(template: str, context: dict[str, Any]) -> str:
    render: Callable[..., str] = current_app.jinja_env.get_template(template).render
    return render(context)


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.secret_key, salt=_SALT)
