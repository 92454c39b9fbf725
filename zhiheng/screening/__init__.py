"""专项筛查: finds patent applications that belong together and shows why. It suggests; it never determines (令77 art. 11)."""
