"""The Cupboard's part of the wiki's admin pages.

    health     is all as it should be: definitions in force, sizes, versions, mail
    coverage   what there are case studies about, and what not
    survey     what each case study lacks, read page by page and kept until the page changes
    links      which links to primary resources are broken; only when somebody runs `cupboard links`
    upkeep     lists of case studies that want something done, each with a way to do it
    law_worklist
               what a change of law leaves to do in case studies
    waiting    the editors' page of what waits for them: new accounts, their pages, reports of messages
    journal    what came of imports
    command    what `cupboard links` does
    views      the addresses
"""
