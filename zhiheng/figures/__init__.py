"""A figure is its rows: one object gives the number, the drill-down, the export and the frozen snapshot."""
