"""Tests of Moin's that may fail with the Cupboard's index, each with its reason.

Only tests of Whoosh's own files belong here. A test that passes after all is reported, so that the list can't rot.
"""

EXCEPTIONS = {
    "src/moin/cli/_tests/test_index.py::test_index_create":
        "looks for Whoosh's files wiki/index/_latest_revs_0.toc and _all_revs_0.toc; ours is one SQLite database",
}
