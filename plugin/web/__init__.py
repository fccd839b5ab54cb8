"""What holds for every request, whichever page it asks for: headers, same-site check, static and kept files.

    headers          what every answer tells the browser: what a page may load and run, how long it holds good
    crosssite        nothing is changed for a request that another site made
    kept_pages       a page that an anonymous reader got is kept for the next one
    compressing      long pages of people who are signed in are sent compressed
    static_files     the theme's style and script, each as one file
    choices          what a reader chose for this browser: cookies that only a button sets
    language_choice  the buttons for a language at the top of a page
    images           images in pages: asked for when the reader comes near
    inline_style     style that an author wrote into a page
    downloads        which content types a browser may show by itself
    left_out         addresses of Moin's where nothing of use is
"""
