"""Load, kills, races, tampering and fuzzing of a whole site; see `__main__`."""
