"""The legal status on the web: who may say what, how it is shown, what a change of law leaves to do. Rules:
``legal``.
"""
