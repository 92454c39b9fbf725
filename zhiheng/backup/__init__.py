"""Backup and restoration of a whole installation: every row, every kept file, the heads of the ledger, in one file."""
