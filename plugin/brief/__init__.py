"""The one-page brief: what a chief executive or a member needs to know of a case study, on one sheet of A4.

    cutting   shortening a text at the end of a sentence; knows no Moin
    page      what stands on the sheet of one case study
    views     its addresses, also for a whole list, and the PDF
"""
