"""Any matter of the office: doors, steps, forms, proposals and opinions, clocks, papers, people, folder, pages, lists.

The only place where rows meet the law engine. What a kind of matter asks, records, issues and shows is data of the law book
(``kinds/``, ``procedures/``, ``forms/``). A family, the package above that keeps the record (``cases``), adds a table, guards and
what the book cannot say; see :mod:`zhiheng.matters.family`.

May touch ``documents``, ``accounts``, ``audit``, ``law``, ``ui``, ``files``; knows no family by name.
"""
