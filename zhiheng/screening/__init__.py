"""专项筛查: received lists of applications, which of them belong together and why, and the office's work on them.

It finds, verifies, hears and reports; it never determines (令77 art. 5, 11). `engine` and `report` know no Django.
"""
