"""Every list of the house: declared columns and filters, filters in the address, pages, and the same rows as xlsx.

    CASES = List(
        name="案件清单",
        columns=[
            Column("案号", "case_no", sort="case_no", link=To("case")),
            Column("罚没金额（元）", "forfeit_fen", kind="yuan", sort="forfeit_fen"),
        ],
        filters=[Text("q", "查找", ("case_no", "party_name")), Choice("cause", "案由", CAUSES, "cause")],
        order="-id",
        empty="还没有案件。",
    )

    def cases(request):
        return CASES.respond(request, selectors.cases_visible_to(request.user), title="案件")

A list stays fast on a million rows: rows are counted a little beyond the page asked for and no further, a page is found
by its keys alone before its rows are read (`ordering`), and an export streams, beside the web server when it is long. A column that a list of many rows sorts by
has an index of its own that leaves its empty values out, with the key behind it.
"""

from .columns import Column, Kind, To
from .filters import Choice, DateRange, Filter, Text, Unit
from .listing import BESIDE, Action, List, Listing, asked_page

__all__ = [
    "BESIDE",
    "Action",
    "Choice",
    "Column",
    "DateRange",
    "Filter",
    "Kind",
    "List",
    "Listing",
    "Text",
    "To",
    "Unit",
    "asked_page",
]
