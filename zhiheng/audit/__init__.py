"""The ledger: every change leaves one entry, chained by hash to the one before it."""
