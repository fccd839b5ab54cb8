"""What readers see of costs and benefits: answers, charts, tables, files. The sums: ``costbenefit``."""
