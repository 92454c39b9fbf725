"""Finding records by a few words, fast at a million rows, on both databases. Touches nothing but the canonical forms.

A record kind that is searched declares an `Entry` model and an `Index` over its columns:

    class CaseEntry(Entry): ...
    CASE_INDEX = Index(CaseEntry, "cases.Case", ("title", "party_name", "doc_no", "party_id"))

An entry keeps the canonical text of its record's columns. Triggers of the database mark an entry stale whenever a searched
column is changed, whoever writes and however many rows at once; new records are known by their numbers on SQLite, by a
trigger for all rows of a statement on PostgreSQL. Nothing is computed then, so a bulk import stays fast. `Index.refresh` brings stale entries up to date, a few at each search, all of them when asked. Until then
they are looked through row by row: a search never misses what is there.
"""
