"""The year as a report, and published texts held against the records."""
