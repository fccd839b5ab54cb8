"""Lists of case studies and stories as readers see them, and the searches that people keep.

    listing         a list, its filters and its cards, ready for a template
    answering       a list under an address of its own, of whatever is listed there
    costs           what the case studies of a list cost and brought
    legal_across    what is said of whether the case studies of a list are lawful
    saved_searches  the searches that people keep
"""
