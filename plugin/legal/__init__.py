"""Legal status: who says that an approach is lawful, on what evidence, under which law, and whether that is still so.

A case study holds assertions, each a row of texts in its front matter. Rows are never edited: a later row supersedes
an earlier one, and an editor can strike one with a reason that stays. Nothing here knows the wiki.

    statuses     what can be said: the terms of Cupboard/LegalStatuses with their rules
    regimes      Cupboard/Regimes: the law in force, changes of law, authorities that were renamed
    assertions   the row; which rows are live on a day, which is worst, which supports most
    challenge    when the time to challenge an award is over
    overlays     what nobody sets by hand: law changed, review overdue, challenge period passed
    wording      the words in lists and the sentence on the page
    view         what a reader sees of all this on a case study, on a day
    policy       who may say what; stamping a row with who and when
    audit        what is wrong with rows that are already stored
"""
