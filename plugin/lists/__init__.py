"""Lists of case studies and stories as readers see them, and the searches that people keep."""
