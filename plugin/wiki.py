"""Everything the Cupboard adds to Moin, registered by being imported: content types, item types, macros' blueprint.

A wikiconfig imports this module before Moin makes its application. That is all it takes to add the Cupboard to a wiki.
"""

from flask_babel import get_domain, get_locale
from moin.apps.frontend import frontend

from cupboard import appraisal_files, asserting, browsing, items, law_worklist, referring  # noqa: F401  they register themselves
from cupboard import (
    crosssite,
    definition_guard,
    gate,
    headers,
    inline_style,
    kept_pages,
    languages,
    left_out,
    static_files,
    tongue,
    views,
)
from cupboard.accounts import newcomers
from cupboard.accounts import views as accounts
from cupboard.brief import views as brief
from cupboard.case_study import CASE_STUDY
from cupboard.catalogue import Catalogue
from cupboard.following import views as following  # noqa: F401  My Cupboard registers itself
from cupboard.endorsement import views as _endorsement  # noqa: F401
from cupboard.index import companions
from cupboard.administration import views as _administration  # noqa: F401  registers itself
from cupboard.nomenclature import job_views, proposal_views, views as _nomenclature  # noqa: F401  they register themselves
from cupboard.nomenclature import term_page
from cupboard.notices import moin_mail
from cupboard.notices import views as notices  # noqa: F401  registers itself
from cupboard.organisations import guards
from cupboard.organisations import views as _organisations  # noqa: F401
from cupboard.parsers import case_study, change_story, definition, endorsement, organisation  # noqa: F401  they register themselves
from cupboard.people import contacts
from cupboard.people import guard as people_guard
from cupboard.people import items as people_items
from cupboard.people import role as _role  # noqa: F401  tells the legal status of it
from cupboard.people import view as _person  # noqa: F401  registers how a profile is shown
from cupboard.people import views as people
from cupboard.people.faces import Faces
from cupboard.references.table import References

tongue.use(lambda: get_domain().get_translations(), get_locale)
languages.install()
gate.install()
gate.add(newcomers.guard)
gate.add(people_guard.guard)
gate.add(contacts.guard)
asserting.install()
guards.install()
definition_guard.install()
term_page.install()
moin_mail.install()
people_items.install()  # before the one that every kind gets: Moin takes the first
items.install()
items.VIEWS[CASE_STUDY.item_type, "brief"] = brief.of_case
companions.register(Catalogue())
companions.register(References())
companions.register(Faces())
accounts.install(views.blueprint)
people.install(views.blueprint)
crosssite.install(views.blueprint)
headers.install(views.blueprint)
inline_style.install()
kept_pages.install(["frontend.cupboard.browse", "frontend.cupboard.legal", "frontend.cupboard.brief"])
left_out.install(views.blueprint)
frontend.register_blueprint(views.blueprint)
frontend.register_blueprint(static_files.blueprint)
