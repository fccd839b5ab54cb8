"""Favourites: what a person follows. They are Moin's own subscriptions, in the profile of the account.

    favourites  a subscription read as a favourite, and whether a page is meant by it; pure
    private     what belongs to a person and to nobody else: notes, choices about mail, what was seen
    stars       the button on a page, and how many people have it among their favourites
    drafts      text that somebody previewed and did not save
    news        what is new on a page, in words
    signed      what organisations signed, as news
    mine        what "My Cupboard" shows
    views       its addresses; the button's
    moin_links  Moin's own addresses that changed something on a GET
"""
