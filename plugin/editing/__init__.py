"""Forms and the text editor for every kind of structured page, and what happens when two people edit at once."""
