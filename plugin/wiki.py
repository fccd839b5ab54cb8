"""Everything the Cupboard adds to Moin, registered by being imported: content types, item types, macros' blueprint.

A wikiconfig imports this module before Moin makes its application. That is all it takes to add the Cupboard to a wiki.
"""

from flask_babel import get_domain, get_locale
from moin.apps.frontend import frontend

from cupboard import gate, items, languages, tongue, views
from cupboard.accounts import newcomers
from cupboard.accounts import views as accounts
from cupboard.administration import law_worklist as _law_worklist  # noqa: F401
from cupboard.administration import views as _administration  # noqa: F401  registers itself
from cupboard.appraisals import files as _appraisal_files  # noqa: F401
from cupboard.brief import views as brief
from cupboard.catalogue import Catalogue
from cupboard.editing import views as _editing  # noqa: F401
from cupboard.endorsement import views as _endorsement  # noqa: F401
from cupboard.entrances import views as _entrances  # noqa: F401
from cupboard.following import views as following  # noqa: F401  My Cupboard registers itself
from cupboard.index import companions
from cupboard.kinds.case_study import CASE_STUDY
from cupboard.legal_status import asserting
from cupboard.lists import browsing as _browsing  # noqa: F401
from cupboard.lists import legal_across as _legal_across  # noqa: F401
from cupboard.nomenclature import editing as _definition_editing  # noqa: F401
from cupboard.nomenclature import guard as definition_guard
from cupboard.nomenclature import job_views, proposal_views, term_page  # noqa: F401  they register themselves
from cupboard.nomenclature import views as _nomenclature  # noqa: F401
from cupboard.notices import moin_mail
from cupboard.notices import views as notices  # noqa: F401  registers itself
from cupboard.organisation_pages import guards
from cupboard.organisation_pages import views as _organisations  # noqa: F401
from cupboard.parsers import case_study, change_story, definition, endorsement, organisation, tool  # noqa: F401  they register themselves
from cupboard.people import contacts
from cupboard.people import guard as people_guard
from cupboard.people import items as people_items
from cupboard.people import role as _role  # noqa: F401  tells the legal status of it
from cupboard.people import view as _person  # noqa: F401  registers how a profile is shown
from cupboard.people import views as people
from cupboard.people.faces import Faces
from cupboard.primary_documents import views as _primary_documents  # noqa: F401
from cupboard.references import suggesting as _suggesting  # noqa: F401
from cupboard.references.table import References
from cupboard.web import (
    compressing,
    crosssite,
    headers,
    images,
    inline_style,
    kept_pages,
    language_choice,
    left_out,
    static_files,
)

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
images.install()
language_choice.install(views.blueprint)
kept_pages.install(["frontend.cupboard.browse", "frontend.cupboard.legal", "frontend.cupboard.brief",
                    "frontend.cupboard.documents", "frontend.cupboard.who_reads"])
left_out.install(views.blueprint)
compressing.install(views.blueprint)  # last of all
frontend.register_blueprint(views.blueprint)
frontend.register_blueprint(static_files.blueprint)
