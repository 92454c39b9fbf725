"""One matter worked in the browser by one officer after another."""

from __future__ import annotations

from datetime import date, timedelta


class Days:
    """The day the server believes it is."""

    def __init__(self, day: date):
        self.day = day

    def pass_(self, days: int) -> None:
        self.day += timedelta(days=days)


def typed(value) -> str:
    if isinstance(value, date):
        return value.isoformat()
    return str(value)


def fill(page, **values) -> None:
    """Type into the fields of the page by their names; money in 元, lists a line each."""
    for name, value in values.items():
        field = page.locator(f"main [name={name}]").first
        tag = field.evaluate("e => e.tagName + ':' + (e.type || '')")
        if tag.startswith("SELECT"):
            field.select_option(value)
        elif tag == "INPUT:checkbox":
            chosen = value if isinstance(value, list) else [value] if isinstance(value, str) else None
            if chosen is None:
                field.set_checked(bool(value))
            else:
                for one in chosen:
                    page.locator(f"main [name={name}][value='{one}']").check()
        elif tag.startswith("TEXTAREA") and field.get_attribute("data-rows"):
            for cell, words in cells_of(page, name, value):
                cell.select_option(words) if is_select(cell) else cell.fill(words)
        else:
            field.fill("\n".join(value) if isinstance(value, list) else typed(value))


def is_select(cell) -> bool:
    return cell.evaluate("e => e.tagName") == "SELECT"


def cells_of(page, name: str, lines: list[str]):
    """The cells of a table that is typed row by row, each with the words it is to hold; rows are added as they are needed."""
    group = page.locator(f"main textarea[name={name}] + .rows-typed")
    for number, line in enumerate(lines):
        if group.locator(".row-typed").count() <= number:
            group.get_by_role("button", name="增加一行").click()
        row = group.locator(".row-typed").nth(number)
        yield from zip(row.locator("input:not([aria-hidden]), select").all(), line.split("｜"), strict=False)


def attest(page) -> None:
    for box in page.locator("main [name^=attested-]").all():
        box.check()


class Desk:
    """One officer's browser after another, all on the same case."""

    def __init__(self, page, world, days, place: str = "cases"):
        self.page, self.world, self.days, self.place = page, world, days, place
        self.pk = 0

    def be(self, person) -> Desk:
        self.page.context.clear_cookies()
        self.page.sign_in(person)
        return self

    def case(self, tab: str = "work") -> None:
        self.page.open(f"/{self.place}/{self.pk}/?tab={tab}")

    def do(self, title: str, shot: str = "", **values) -> None:
        """Open the step by its button, fill, send; the page must come back to the case."""
        self.case()
        self.page.follow(self.page.get_by_role("link", name=title, exact=True).first)
        fill(self.page, **values)
        attest(self.page)
        if shot:
            self.page.shots(shot)
        self.page.follow(self.page.locator("main form .btn-primary").last)
        errors = self.page.locator(".alert-danger, .invalid-feedback")
        assert errors.count() == 0, " ".join(errors.all_inner_texts())
        assert self.page.url.split("?")[0].endswith(f"/{self.place}/{self.pk}/"), self.page.locator(
            "main"
        ).inner_text()[:800]

    def approve(self, *people, shot: str = "") -> None:
        for person in people:
            self.be(person).case()
            self.page.follow(self.page.get_by_role("link", name="审批", exact=True).first)
            if shot:
                self.page.shots(shot)
            self.page.follow(self.page.get_by_role("button", name="同意"))
