"""Renderers of papers: pure Python, no Django.

``wordml`` writes WordprocessingML laid out per GB/T 9704-2012, ``docx`` packs it into
a file, ``forms`` fills a form of the law book from what the case knows.
"""
