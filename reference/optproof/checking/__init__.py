"""A check: plan what is asked, put it to an implementation, judge, report."""
