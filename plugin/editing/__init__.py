"""Forms and the text editor for every kind of structured page, and what happens when two people edit at once.

    editor    one step of an edit: what a request brought, and how it is answered
    forms     a form made from a template, and the way from a page to the form and back
    controls  a field of a template as a control, and a page's value as a browser sends it back
    boxes     options and tick boxes
    ticks     the same in HTML, kept for the next form
    merge     two people's versions of a page made into one
    views     the address of the form for a new page
"""
