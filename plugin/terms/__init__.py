"""Looking after the definition pages: changes that keep what others wrote, and what follows from a change.

    places        where each term and each field stands in its page
    changes       one change of a hierarchy: text -> text
    consistency   what may not become of a page, given what it was and the ids that pages use
    consequences  what differs between two revisions of a page
    wishes        a change as data: what the form sends, and what a proposal's page holds
    retagging     one id for another in a case study
"""
