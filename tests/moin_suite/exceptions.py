"""Tests of Moin's that may fail with the Cupboard's index, each with its reason.

Only tests of Whoosh's own files belong here. A test that passes after all is reported, so that the list can't rot.
"""

EXCEPTIONS = {}
