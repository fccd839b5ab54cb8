"""How mail is sent, whatever it says.

    smtp     one mail to the mail server
    mailing  one message to one person, beside the request
    outbox   who is to be written to about what they follow, what was told, what failed; survives being killed at any
             moment
"""
