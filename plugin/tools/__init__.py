"""Tools: what public bodies use to show what changed and what it was worth, each on a page of its own.

    reading     their pages
    listing     which there are, and which case studies used one
"""
