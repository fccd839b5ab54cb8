"""The legal status on the web: who may say what, and what breaks the rules. Rules: ``legal``.

    asserting  who says what, on every way of saving
    checking   stored rows that break a rule, for ``cupboard check``
"""
