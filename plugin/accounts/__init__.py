"""Accounts: how a person gets one, signs in, and is let in by an editor.

    counting    counts attempts for all worker processes together: a storage of ``limits`` in SQLite
    throttle    how often what may be tried, by an address and for an account
    ledger      what the wiki has to remember that is on nobody's page
    names       which names an account may have
    newcomers   pages of a new account wait for an editor
    signing_in  the sign-in, which says nothing of who has an account
    plainly     what Moin's forms about accounts say when something is missing
    joining     registration with a verified mail address
    passwords   forgotten passwords
    settings    what Moin's settings may change, and what not
    views       the addresses: Moin's own, answered by us, and some more
"""
