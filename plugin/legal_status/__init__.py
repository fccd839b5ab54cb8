"""The legal status on the web: who may say what, and what breaks the rules. Rules: ``legal``.
"""
