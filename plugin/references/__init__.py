"""References from one structured page to another: which actions of a story rest on which cases, who copied whom.

People write names of pages. With each revision the wiki keeps, beside the text, which item each name meant
(``binding``), so a reference follows its page through renames even when another page takes the old name. The other
direction, which stories a case is part of, is looked up in a table (``table``) and kept by nobody.

    binding     names <-> items, when a page is saved and when it is read
    table       a companion of the index: one row a reference
    lineage     who copied whom, as a tree (pure)
    shown       both directions as a reader sees them, with what that reader may read
    finding     pages to refer to, found by words; suggesting: their address
    unlisted    pages that can be referred to though no list shows them
    dead        references that lead nowhere, for ``cupboard check``
"""
