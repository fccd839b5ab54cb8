"""What readers see of costs and benefits: answers, charts, tables, files. The sums: ``costbenefit``.

    view         the answer of a case study, charts, tables, and the same numbers as files
    charts       charts as SVG, each with a table of the same
    spreadsheet  a workbook with live formulas, and tables as CSV
    files        their addresses
    rate_tables  the page of discount rates as tables
"""
