"""What the project's claims about speed rest on. See README.md beside this file."""
