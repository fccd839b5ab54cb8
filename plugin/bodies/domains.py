"""Mail domains that tell who works for an organisation.

An address on one of them is as good as an invitation, so a domain that anybody can get an address on is none.
"""

from __future__ import annotations

import re

from cupboard.tongue import _

#: Domains on which anybody can have an address, and endings below which domains are sold or shared.
PUBLIC = frozenset({
    "126.com", "163.com", "aim.com", "aol.co.uk", "aol.com", "blueyonder.co.uk", "btconnect.com", "btinternet.com",
    "btopenworld.com", "comcast.net", "duck.com", "eircom.net", "email.com", "fastmail.com", "fastmail.fm", "free.fr",
    "gmail.com", "gmx.co.uk", "gmx.com", "gmx.de", "gmx.net", "googlemail.com", "guerrillamail.com", "hey.com",
    "hotmail.co.uk", "hotmail.com", "hushmail.com", "icloud.com", "inbox.com", "laposte.net", "libero.it", "live.co.uk",
    "live.com", "lycos.com", "mac.com", "mail.com", "mail.ru", "mailinator.com", "me.com", "msn.com", "naver.com",
    "ntlworld.com", "o2.co.uk", "orange.fr", "orange.net", "outlook.com", "pm.me", "posteo.de", "posteo.net",
    "proton.me", "protonmail.com", "qq.com", "rocketmail.com", "sky.com", "talk21.com", "talktalk.net", "tiscali.co.uk",
    "tuta.com", "tutanota.com", "virgin.net", "virginmedia.com", "wanadoo.fr", "web.de", "yahoo.co.uk", "yahoo.com",
    "yahoo.fr", "yandex.com", "yandex.ru", "yeah.net", "ymail.com", "yopmail.com", "zoho.com",
})  # fmt: skip
_ENDINGS = frozenset({
    "ac.uk", "co.uk", "gov.scot", "gov.uk", "gov.wales", "llyw.cymru", "ltd.uk", "me.uk", "mod.uk", "net.uk", "nhs.net",
    "nhs.scot", "nhs.uk", "nhs.wales", "org.uk", "parliament.uk", "plc.uk", "police.uk", "sch.uk",
})  # fmt: skip
_DOMAIN = re.compile(r"(?=.{4,253}\Z)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]", re.ASCII)


def domain_of(address: str) -> str:
    """The domain of a mail address in small letters; empty when the text is no address."""
    name, at, domain = address.strip().rpartition("@")
    domain = domain.lower()
    return domain if at and name and " " not in name and _DOMAIN.fullmatch(domain) else ""


def written(text: str) -> str:
    """A domain as it is compared: people also write ``@example.org`` and capital letters."""
    return text.strip().lower().removeprefix("@")


def problem(text: str) -> str:
    """Why a domain can't tell who works for an organisation; empty when it can."""
    domain = written(text)
    if not _DOMAIN.fullmatch(domain):
        return _('"{text}" is not a mail domain: write what follows the @, such as anytown.gov.uk').format(
            text=text.strip()
        )
    if domain in PUBLIC:
        return _("Anybody can get an address at {domain}: leave it out, and invite people instead").format(
            domain=domain
        )
    if domain in _ENDINGS:
        return _(
            "Many organisations share {domain}: write the whole of your own domain, or invite people instead"
        ).format(domain=domain)
    return ""


def is_on(address: str, domains: tuple[str, ...] | list[str]) -> bool:
    """Whether an address is on one of the domains, not counting those that can't tell who works for anybody.

    Domains below one that is listed don't count: they may be somebody else's.
    """
    domain = domain_of(address)
    return bool(domain) and any(written(one) == domain and not problem(one) for one in domains)
