"""The pages of organisations: what a reader sees of one, what only its members may do with it, and the addresses.

    view    an organisation as a reader sees it
    guards  what nobody can do with these pages, those of their groups, and what they signed
    views   the addresses, which are also those of membership
"""
