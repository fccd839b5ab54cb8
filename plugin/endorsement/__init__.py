"""Statements that organisations sign about case studies: confirmations of their own, endorsements of others'. Rules:
``bodies``.

    signing  signing, renewing and withdrawing one: it is a page that only the wiki writes
    view     what a reader sees of the statements about a page
    views    the addresses
"""
