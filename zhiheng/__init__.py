"""Zhiheng 知衡: an intellectual-property office's rule-of-law year, from the case to the published figure."""

__version__ = "0.1.0"
