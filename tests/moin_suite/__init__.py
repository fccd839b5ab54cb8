"""Moin's own shipped tests, run on stock Moin and on Moin with the Cupboard's parts in place, and compared.

Run it with ``python -m tests.moin_suite`` from the root of the checkout; ``--help`` lists the options.
"""
