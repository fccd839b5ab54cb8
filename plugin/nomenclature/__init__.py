"""Definition pages as people see and change them. Rules: ``terms``.

    editing         a definition page as Moin knows it, and its editor: text, checked before it is stored
    guard           what may become of a definition page, on every way of saving
    shown           a definition page as it is read: a tree of terms, a table of fields, its source in colours
    preview         what a change would bring, in words, before it is saved
    term_form       changing one term
    term_page       a term's own page, made on demand
    proposals       changes that anybody may ask for, and editors decide about
    proposal_views  their addresses
    jobs            one id for another in many case studies
    job_views       their addresses
    command         the same from the command line
    views           the other addresses
"""
