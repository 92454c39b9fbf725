"""Claims out of rows and columns: tables pasted into prose, spreadsheets, tables of Word and web pages."""

from collections.abc import Callable, Iterable, Iterator, Sequence

from ..claim import Claim, Unread
from ..normalise import Normalised
from .cells import Cell, cells, is_rule, prose
from .columns import Column
from .listings import Listing, listings
from .stacks import rows
from .table import Table

__all__ = ["ROWS", "Listing", "listings", "prose", "read_tables"]

ROWS = 100_000  # more rows than this are no report; the rest is not read
_GAP = 60  # so many characters (empty lines, a heading) may stand between a head and rows that continue its table


def read_tables(
    source: Normalised,
    listed: Sequence[Listing],
    make: Callable,
    script: Callable[[int, int], str],
    year: int | None,
    unread: list[Unread],
) -> Iterator[Claim]:
    """The claims of the tables of `source` and of the listings in it; cells that hold a number nobody understands are added
    to `unread`.

    `make(start, end)` builds an empty claim over a place of the clean text. `parts_of` of a claim is here the claim itself
    that holds the total; the caller turns it into its place. `script(start, end)` gives the characters of traditional script
    there.
    """
    text, table, end = source.text, None, 0
    for block in _blocks(source.tables[:ROWS]):
        first = [row for row in (cells(text, *line) for line in block[:2]) if row and not is_rule(row)]
        continued = table is not None and block[0][0] - end <= _GAP and first and table.continues(first[0])
        if not continued:
            if table is not None:
                table.close()
            table = Table(text, block[0][0], block[-1][1], make, script, year)
        else:
            table.gap(end, block[0][0])
        end = block[-1][1]
        yield from _read(table, (cells(text, *line) for line in block), unread)
    if table is not None:
        table.close()
    read = 0
    for stack in source.stacks:
        read += len(stack.rows)
        if read > ROWS:
            return
        found = rows(text, stack)
        if found:
            table = Table(text, found[0][0].start, found[-1][-1].end, make, script, year)
            yield from _read(table, found, unread)
            table.close()
    for listing in listed:
        start, end = listing.span
        table = Table(text, start, end, make, script, year)
        table.given, table.caption = listing.given, listing.caption
        for item in listing.items:
            table.columns = [Column(""), Column("", listing.given.for_column(item[0].text))]
            yield from _read(table, [item], unread)


def _read(table: Table, found: Iterable[list[Cell]], unread: list[Unread]) -> Iterator[Claim]:
    yield from table.claims(found)
    unread += table.unread
    table.unread = []


def _blocks(spans: tuple[tuple[int, int], ...]) -> Iterator[list[tuple[int, int]]]:
    block: list[tuple[int, int]] = []
    for span in spans:
        if block and span[0] != block[-1][1] + 1:
            yield block
            block = []
        block.append(span)
    if block:
        yield block
