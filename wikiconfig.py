"""The deployment: what this wiki is called, where it keeps things, who may do what.

Everything that a deployment usually changes is in the first block, and most of it can be set in the environment
instead, so that this file need not be edited. The lines below it say how the Cupboard stands on Moin 2; each setting
is explained at https://moin-20.readthedocs.io/en/latest/admin/configure.html.
"""

import os
from pathlib import Path

from moin.config import AclConfig, IndexStorageConfig
from moin.config.default import DefaultConfig
from moin.constants.namespaces import NAMESPACE_DEFAULT, NAMESPACE_USERPROFILES, NAMESPACE_USERS
from moin.datastructures import CompositeGroups, ConfigGroups, WikiGroups
from moin.storage import create_mapping
from moin.utils import get_xstatic_module_path_map

import cupboard
import cupboard.wiki  # noqa: F401  registers the content types, the item type, the pages under /+cupboard
from cupboard import engine, index, instance, themes
from cupboard.accounts.signing_in import SignIn
from cupboard.web import downloads, headers

engine.install()  # small adjustments of Moin that cost nothing but time; each says what it replaces
index.install()  # Moin's index in SQLite instead of Whoosh

HERE = Path(__file__).resolve().parent

# ---- What a deployment sets -----------------------------------------------------------------------------------------

#: The folder of the wiki's files: pages, accounts, index, secret key. Left out: `wiki` beside this file.
WIKI = Path(os.environ.get("CUPBOARD_WIKI") or HERE / "wiki").resolve()
#: The name on every page.
SITE_NAME = os.environ.get("CUPBOARD_SITE_NAME") or "The Sustainable Procurement Cupboard"
#: The wiki's address as people type it, such as `https://cupboard.example.org/`; only links in mail and between wikis
#: are made from it.
SITE_URL = os.environ.get("CUPBOARD_URL") or "http://127.0.0.1:8080/"
#: With `1` anybody may make an account, with a mail address that is verified; that needs a mail server and a sender.
#: What a new account writes waits for an editor. Otherwise administrators make accounts, under "Administration".
SELF_REGISTRATION = os.environ.get("CUPBOARD_SELF_REGISTRATION") == "1"
#: How many reverse proxies stand before the wiki. With one or more, their `X-Forwarded-For` and `X-Forwarded-Proto` are
#: believed, and the session cookie needs TLS.
TRUSTED_PROXIES = int(os.environ.get("CUPBOARD_TRUSTED_PROXIES") or 0)
#: The server that takes mail, such as `localhost` or `mail.example.org:587`. It and the sender are both needed for
#: notices, forgotten passwords and self-registration.
MAIL_SERVER = os.environ.get("CUPBOARD_MAIL_SERVER") or None
#: The sender of mail.
MAIL_FROM = os.environ.get("CUPBOARD_MAIL_FROM") or None

# ---- Who may do what ------------------------------------------------------------------------------------------------

#: A group of the names in the file `administrators` in the wiki's folder: no page of the wiki can add anybody to it.
ADMINISTRATORS = "CupboardAdministratorsGroup"
#: A group page of the wiki: its members look after pages, access and definitions.
EDITORS = "CupboardEditorsGroup"

everything = AclConfig(
    before=f"{ADMINISTRATORS}:read,write,create,destroy,admin",
    default=f"{EDITORS}:read,write,create,admin Known:read,write,create All:read",
    after="",
    # A page's own rights hold for what is below it too: the files of a case study are read by those who read the case.
    hierarchic=True,
)
accounts = AclConfig(before="All:", default="", after="", hierarchic=False)


class Config(DefaultConfig):
    """Moin's settings, where the Cupboard's differ from the defaults."""

    wikiconfig_dir = str(HERE)
    instance_dir = str(WIKI)
    data_dir = str(WIKI / "data")
    wiki_local_dir = str(WIKI / "local")
    template_dirs = [wiki_local_dir]
    index_storage = IndexStorageConfig(name="FileStorage", args=(str(WIKI / "index"),), kwargs={})
    namespace_mapping, backend_mapping, acl_mapping = create_mapping(
        f"stores:fs:{WIKI}/data/%(backend)s/%(kind)s",
        {NAMESPACE_DEFAULT: "default", NAMESPACE_USERS: "users", NAMESPACE_USERPROFILES: "userprofiles"},
        {"default": None, "users": None, "userprofiles": None},
        {NAMESPACE_DEFAULT: everything, NAMESPACE_USERS: everything, NAMESPACE_USERPROFILES: accounts},
    )
    default_root = "Home"
    root_mapping = {NAMESPACE_USERS: "UserHome"}

    sitename = SITE_NAME
    interwikiname = "Cupboard"
    interwiki_map = {"Self": SITE_URL, "Cupboard": SITE_URL}
    locale_default = "en_GB"
    timezone_default = "Europe/London"
    theme_default = "cupboard"
    plugin_dirs = [str(Path(cupboard.__file__).parent)]
    serve_files = get_xstatic_module_path_map(["font_awesome", "svgedit_moin", "pygments"])

    groups = lambda cfg: CompositeGroups(  # noqa: E731  Moin calls it for each request
        ConfigGroups({ADMINISTRATORS: instance.administrators(WIKI)}), WikiGroups()
    )
    acl_functions = f"{ADMINISTRATORS}:superuser"
    auth = [SignIn()]
    registration_only_by_superuser = not SELF_REGISTRATION
    registration_hint = "To get an account, ask the people who run this wiki."
    user_email_verification = bool(MAIL_SERVER)
    mail_smarthost, mail_from = MAIL_SERVER, MAIL_FROM
    #: The account at the mail server, where it wants one.
    mail_username = os.environ.get("CUPBOARD_MAIL_USERNAME") or None
    #: Its password.
    mail_password = os.environ.get("CUPBOARD_MAIL_PASSWORD") or None

    # Moin refuses to start without this one. To get errors by mail, set it, and admin_emails.
    email_tracebacks = False

    # A trail of visited pages would give every anonymous reader a cookie. Moin cuts it with `trail[-trail_size:]`,
    # where 0 keeps all of it; a negative number keeps none.
    trail_size = -1000
    # Two people who edit one page are merged, by field and section, instead of locking each other out.
    edit_locking_policy = None
    # Readers' addresses and host names are nobody's business.
    show_hosts = False
    log_reverse_dns_lookups = False
    # A page loads and runs what this wiki serves as files, and nothing else. Moin would only report the rest.
    content_security_policy = headers.POLICY
    content_security_policy_report_only = ""
    # What a browser could run is only ever a download.
    mimetypes_xss_protect = downloads.ONLY_DOWNLOADED


# Flask's settings are in capitals.
MOINCFG = Config
SECRET_KEY = instance.secret_key(WIKI)
# A form may hold several files, each up to the limit of uploads, and more text than Flask takes by default.
MAX_CONTENT_LENGTH = 110_000_000
MAX_FORM_MEMORY_SIZE = 5_000_000
MAX_FORM_PARTS = 5000
SESSION_COOKIE_NAME = "cupboard"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = TRUSTED_PROXIES > 0
THEME_PATHS = str(Path(themes.__file__).parent)
