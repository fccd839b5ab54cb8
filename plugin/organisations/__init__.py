"""Organisations: which there are, and who may speak for each. Rules: ``bodies``; their pages: ``organisation_pages``.

    directory   the organisations that have a page, found by name
    membership  who belongs to one, and who looks after that
"""
