"""Pages of the workbench: home, the ledger of what was done, the law book."""
