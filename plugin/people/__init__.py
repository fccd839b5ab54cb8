"""People: profiles and who sees them, the list of people, messages, and the contact points of case studies.

    profile   what a profile says, and what of it whom it is shown to (knows no Moin)
    record    reading, saving and taking away a profile
    guard     whose pages are whose, at the gate
    faces     the read model: what the list of people is made from
    finding   lists of people, people like me, people who can help
    view      a profile as it is shown
    letters   writing to somebody through the wiki
    contacts  named people on case studies
    erasing   taking something out of history
    views     the addresses
"""
