"""Primary documents as readers see them: the papers of all case studies in one list, to find, copy and export.

    listing     one list: words and links
    views       its addresses: the page and the CSV file

What they are made from is :mod:`cupboard.catalogue.documents`.
"""
