"""What Moin calls converters, as far as all kinds of structured page have them in common; each kind's own is in
``parsers``.

    source      what Moin hands to a converter
    structured  a page's bytes to Moin's document tree, and to what its index is made of
"""
