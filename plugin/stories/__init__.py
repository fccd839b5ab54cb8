"""The change story: its timeline, and its way through the levels of the Flexible Framework.

    view     its actions as a timeline, with the cases at their place
    journey  its way through the levels, as a chart
    earlier  stories of a wiki that was seeded when they were still case studies
"""
