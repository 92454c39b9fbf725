"""Pages of received lists and their applications: parse, one service or selector, render."""
