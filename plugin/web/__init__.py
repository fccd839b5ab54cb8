"""What holds for every request, whichever page it asks for: headers, same-site check, static and kept files."""
