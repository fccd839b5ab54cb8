"""Mail about what people follow: one message a person, in words, only what that person may read when it is sent.

    as_person    doing something as a person, outside of a request of theirs
    digest       what there is to tell one person
    message      a digest as a mail, with a link that ends these mails
    sending      the run: who is due, compose, send, remember
    background   at-once mail while the wiki is served
    views        the choice of how often; the link that ends the mails
    moin_mail    Moin's own notifications, which these replace
"""
