"""Making rules: the texts of local regulations, government rules and normative documents."""
