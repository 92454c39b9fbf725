"""专项执法: special actions and what districts did in them, inspections with their draw, what they found; typical cases; agencies.

Declarations and the draw, which anybody can repeat. May import matters, registers, figures, accounts.
"""
