"""One officer's hands at a page: every click and every key is counted, by mouse or by keyboard alone.

Officers work in windows of their own, signed in all the time; opening the workbench anew is a page, not a click. A drop-down or a box
is a click where it has to be changed. By keyboard a control is reached with Tab from the skip link on and used with Enter, space and
arrows: what the mouse would click is one use there.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from tests.e2e.desk import cells_of, is_select, typed

# Boxes that say themselves that a case like these need not confirm them: who was told before, seals of a place that is closed, rules
# that protect listed signs, rules about one kind of party, records of what was sent by electronic means.
NOT_HERE = {
    "rights_told_first",
    "seals_attached",
    "sign_protected",
    "subject_of_the_rule",
    "electronic_service_recorded",
}


@dataclass
class Count:
    """What a case cost: pages read, uses of a control (clicks), characters typed, and Tab and arrow keys on the way."""

    pages: int = 0
    clicks: int = 0
    typed: int = 0
    moves: int = 0
    log: list[str] = field(default_factory=list)


class Hands:
    """`page` is a Visitor; `count` is shared by everybody who works the case."""

    def __init__(self, page, count: Count, *, keyboard: bool = False) -> None:
        self.page, self.count, self.keyboard = page, count, keyboard

    def home(self) -> None:
        self.page.open("/")
        self._arrived()

    def _arrived(self) -> None:
        self.count.pages += 1
        if self.keyboard:
            self._press("Tab")
            # 跳到正文; a page that one was redirected to keeps the place and is there already.
            if self.page.evaluate("document.activeElement.matches('.skip')"):
                self._press("Enter")

    def _press(self, key: str) -> None:
        self.page.keyboard.press(key)
        self.count.moves += 1

    def _reach(self, control) -> None:
        """Tab until the control has the focus."""
        for _ in range(400):
            if control.evaluate("e => e === document.activeElement"):
                return
            self._press("Tab")
        raise AssertionError(f"not reached by keyboard: {control.evaluate('e => e.outerHTML')[:200]}")

    def use(self, control, words: str = "") -> None:
        """One click, or Enter on it."""
        self.count.clicks += 1
        self.count.log.append(words or control.inner_text())
        if self.keyboard:
            self._reach(control)
            self.page.keyboard.press("Enter")
        else:
            control.click()

    def follow(self, control) -> None:
        """A click that loads another page."""
        if not control.count():
            raise AssertionError(
                f"{self.page.url} has no {control}: {self.page.locator('main').inner_text()[:900]}"
            )
        words = control.inner_text()
        with self.page.expect_navigation(wait_until="load"):
            self.use(control, words)
        self._arrived()

    def fill(self, **values) -> None:
        """The fields of the page by their names, in the order of the page; what stands there already costs nothing."""
        names = self.page.evaluate("[...document.querySelectorAll('main form [name]')].map(e => e.name)")
        strange = values.keys() - set(names)
        assert not strange, f"no such field: {strange}"
        for name in dict.fromkeys(name for name in names if name in values):
            self._fill(name, values[name])

    def _fill(self, name: str, value) -> None:
        every = self.page.locator(f"main form [name={name}]")
        kind = every.first.evaluate("e => e.tagName + ':' + (e.type || '')")
        if kind.startswith("SELECT"):
            self._choose(every.first, name, value)
        elif kind == "INPUT:checkbox":
            wanted = value if isinstance(value, list) else [value] if isinstance(value, str) else None
            for box in every.all():
                on = bool(value) if wanted is None else box.get_attribute("value") in wanted
                if box.is_checked() != on:
                    self._tick(box, name)
        elif every.first.get_attribute("data-rows"):
            for cell, words in cells_of(self.page, name, value):
                if is_select(cell):
                    self._choose(cell, name, words)
                else:
                    self._type(cell, words)
        elif kind != "INPUT:file":
            text = "\n".join(value) if isinstance(value, list) else typed(value)
            self._type(every.first, text)

    def _type(self, field, text: str) -> None:
        if field.input_value() == text:
            return
        self.count.typed += len(text)
        if self.keyboard:
            self._reach(field)
            self.page.keyboard.press("ControlOrMeta+a")
            self.page.keyboard.insert_text(text)
        else:
            field.fill(text)

    def _choose(self, select, name: str, value: str) -> None:
        if select.input_value() == value:
            return
        self.count.clicks += 1
        self.count.log.append(f"{name}={value}")
        if not self.keyboard:
            select.select_option(value)
            return
        self._reach(select)
        self._press("Home")
        for _ in range(60):
            if select.input_value() == value:
                return
            self._press("ArrowDown")
        raise AssertionError(f"not chosen by keyboard: {name}={value}")

    def _tick(self, box, name: str) -> None:
        self.count.clicks += 1
        self.count.log.append(f"☑{name}")
        if self.keyboard:
            self._reach(box)
            self.page.keyboard.press("Space")
        else:
            box.click()

    def attest(self) -> None:
        for box in self.page.locator("main [name^=attested-]").all():
            if not box.is_checked() and box.get_attribute("name").removeprefix("attested-") not in NOT_HERE:
                self._tick(box, box.get_attribute("name"))

    def sent(self) -> None:
        errors = self.page.locator(".alert-danger, .invalid-feedback")
        assert errors.count() == 0, self.page.url + " " + " ".join(errors.all_inner_texts())


class Office:
    """Everybody who works one case, each at a window of their own; `title` is what the case is called."""

    def __init__(self, browser, server, *, keyboard: bool = False) -> None:
        from tests.e2e.conftest import _visitor

        self._new = lambda: _visitor(browser, server, 1440, 900)
        self.count, self.keyboard, self.title = Count(), keyboard, ""
        self._hands, self._contexts, self._here = {}, [], {}

    def of(self, person) -> Hands:
        if person.pk not in self._hands:
            context, visitor = self._new()
            self._contexts.append((context, visitor))
            visitor.sign_in(person)
            self._hands[person.pk] = Hands(visitor, self.count, keyboard=self.keyboard)
        return self._hands[person.pk]

    def close(self) -> None:
        for context, visitor in self._contexts:
            context.close()
            visitor.judge()

    def begin(self, person, door: str, *, onward: bool = False, **values) -> None:
        hands = self.of(person)
        hands.home()
        if not hands.page.get_by_role(
            "link", name=door
        ).count():  # only the first door of a kind stands on the workbench
            hands.follow(hands.page.get_by_role("navigation", name="工作").get_by_role("link", name="案件"))
        hands.follow(hands.page.get_by_role("link", name=door).first)
        self.title = values["title"]
        self._send(hands, onward, values)

    def do(self, person, step: str, *, onward: bool = False, **values) -> None:
        """The step, from where the person is: its form, if they were led there, the matter's page, or the workbench."""
        hands = self.of(person)
        page = hands.page
        if page.locator("h1").count() == 0 or not self._at(page, step):
            link = page.locator("main").get_by_role("link", name=step, exact=True)
            if page.url == "about:blank" or not link.count() or "/cases/" not in page.url:
                hands.home()
                row = page.get_by_role("row").filter(has_text=step).filter(has_text=self.title)
                if row.count():
                    hands.follow(row.first.get_by_role("link").first)
                else:
                    hands.follow(page.locator("main").get_by_role("link", name=self.title, exact=True).last)
            else:
                page.reload()
                hands._arrived()
            if not self._at(page, step):
                hands.follow(page.locator("main").get_by_role("link", name=step, exact=True).first)
        self._send(hands, onward, values)

    @staticmethod
    def _at(page, step: str) -> bool:
        return page.locator("h1").inner_text() == step and page.locator("main form .btn-primary").count() > 0

    def _send(self, hands: Hands, onward: bool, values) -> None:
        hands.fill(**values)
        hands.attest()
        button = "[name=onward]" if onward else ".btn-primary"
        hands.follow(hands.page.locator(f"main form {button}").last)
        hands.sent()

    def approve(self, *people, times: int = 1) -> None:
        """Each looks at what waits from the workbench, and agrees; `times` proposals one after the other."""
        for person in people:
            hands = self.of(person)
            hands.home()
            if times == 1:
                row = hands.page.get_by_role("row").filter(has_text="审批").filter(has_text=self.title)
                hands.follow(row.first.get_by_role("link").first)
            else:
                hands.follow(hands.page.get_by_role("link", name="逐件签署意见"))
            for _ in range(times):
                hands.follow(hands.page.get_by_role("button", name="同意"))
                hands.sent()
