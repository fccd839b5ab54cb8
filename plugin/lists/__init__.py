"""Lists of case studies and stories as readers see them, and the searches that people keep.

    asking          what a request asks of a list, and the addresses that ask it
    boxes           the values of a facet, to be ticked
    cards           summaries of case studies
    listing         a list with its filters, ready for a template
    browsing        all case studies, their feed, and searches under addresses of their own
    answering       a list under an address of its own, of whatever is listed there
    costs           what the case studies of a list cost and brought
    legal_across    what is said of whether the case studies of a list are lawful
    saved_searches  the searches that people keep
"""
