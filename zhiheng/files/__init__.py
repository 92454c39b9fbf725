"""Files of office programs, opened: what a file really is, whatever its name says, and what it holds. Pure Python.

:mod:`.spreadsheets` gives xlsx, xls, csv and exported web pages as sheets of cells, :mod:`.word` gives docx as paragraphs and
tables. A file that somebody sent is read in a
child process (``zhiheng.jobs.foreign``): what reading it costs is bounded only there.

May touch ``numbers`` and ``canonical``.
"""
