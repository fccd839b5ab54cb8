"""Tools: what public bodies use to show what changed and what it was worth, each on a page of its own.

    kind        the kind of page
    reading     their pages
    listing     which there are, and which case studies used one
"""
