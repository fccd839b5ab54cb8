"""Organisations: their pages, who belongs to them, and what only they may do.

    names       one organisation by its many spellings                                              (knows no Moin)
    domains     mail domains that tell who works for an organisation                                (knows no Moin)
    directory   the organisations that have a page, found by name
    membership  who belongs to one, and who looks after that
"""
