"""Enforcement and disputes: from the lead to the archive, and the ledgers that come in from the districts."""
