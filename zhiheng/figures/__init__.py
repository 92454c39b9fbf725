"""Figures: each number is the rows it was computed from, and a published one is frozen together with them."""
