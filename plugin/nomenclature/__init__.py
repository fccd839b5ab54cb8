"""Definition pages as people see and change them.

    shown       a definition page as it is read: a tree of terms, a table of fields, its source in colours
    preview     what a change would bring, in words, before it is saved
    term_form   changing one term
    term_page   a term's own page, made on demand
    proposals   changes that anybody may ask for, and editors decide about
    jobs        one id for another in many case studies
    views       the addresses of all that
"""
