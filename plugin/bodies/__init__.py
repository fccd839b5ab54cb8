"""Public bodies, by rules that know no wiki: what they are called, which addresses are theirs, what they sign.

    names       one organisation by its many spellings
    domains     mail domains that tell who works for an organisation
    statements  a statement, whether it is in force, how many edits there were since
    criteria    what endorsements say of a case study, and who may endorse: a definition page

Their pages, members and signatures on the web are in ``membership``, ``organisations`` and ``endorsement``.
"""
