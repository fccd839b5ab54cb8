"""Statements that organisations sign about case studies: confirmations of their own, endorsements of others'.

    statements  a statement, whether it is in force, how many edits there were since                (knows no Moin)
    criteria    what endorsements say of a case study, and who may endorse: a definition page       (knows no Moin)
"""
