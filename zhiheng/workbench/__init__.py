"""Home: to-dos, warnings, search; the demonstration year."""
