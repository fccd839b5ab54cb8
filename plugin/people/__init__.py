"""People: profiles and who sees them, the list of people, messages, the contact points of case studies, leaving.

    profile   what a profile says, and what of it whom it is shown to (knows no Moin)
    record    reading, saving and taking away a profile
    guard     whose pages are whose, at the gate
    faces     the read model: what the list of people is made from
    finding   lists of people, people like me, people who can help
    view      a profile as it is shown
    letters   writing to somebody through the wiki
    contacts  named people on case studies
    leaving   a person's copy of what is kept of them, and the end of their account
    erasing   taking something out of history
    items     a profile as Moin's item type
    role      the role with which somebody signs what they say about legality
    views     the addresses
"""
