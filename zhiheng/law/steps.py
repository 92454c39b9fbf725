"""What a procedure is made of, as the book writes it: states, measures, guards, fields, and steps with all they do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from .citations import Citation
from .clocks import Length

ANY_OPEN = "any_open"
BACK = "back"


@dataclass(frozen=True)
class State:
    """A place on the main line. ``kind``: active, paused (the matter waits) or end (nothing more happens)."""

    code: str
    title: str
    kind: str = "active"

    @property
    def is_end(self) -> bool:
        return self.kind == "end"


@dataclass(frozen=True)
class Measure:
    """Something that runs beside the main line (seizure, testing …). ``many``: several may be open at once, told apart by ref;
    ``paper``: the form that ordered it, which later papers refer back to; ``must_end``: the matter cannot end while it is open;
    ``holds_back``: the field with the person who does nothing in the matter while it is open;
    ``announces``: it is a public announcement, by which papers are served; ``pauses_end_with``: the clock of its own with which the pauses
    that it causes are over, whenever its end is entered; ``bars_evidence``: the articles by which the office collects no evidence by itself
    while it is open; ``kind_in``: the choice by which the step that takes it says which of several it is (查封 or 扣押)."""

    code: str
    title: str
    many: bool = False
    paper: str = ""
    must_end: bool = False
    announces: bool = False
    pauses_end_with: str = ""
    holds_back: str = ""
    bars_evidence: tuple[Citation, ...] = ()
    kind_in: str = ""


@dataclass(frozen=True)
class Word:
    """A word of one of the book's vocabularies (sources, party types, outcomes …). ``counts_as``: what it counts as where thresholds
    tell kinds apart; ``decides``: an outcome that a decision makes."""

    code: str
    title: str
    counts_as: str = ""
    decides: bool = False


@dataclass(frozen=True)
class Role:
    """A part somebody plays. ``works``: takes or approves steps of matters; the others (计划、审计、管理) only hold rights. ``includes``:
    roles whose turns whoever holds this one may take too."""

    code: str
    title: str
    note: str = ""
    works: bool = True
    includes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Guard:
    """A fact the law demands before a step, with the words for its refusal. ``refuses`` may hold ``{placeholders}``. ``lasting``: once
    confirmed it stays confirmed, and the box of a later step begins ticked."""

    name: str
    asks: str
    refuses: str
    article: tuple[Citation, ...]
    way_out: str
    lasting: bool = False


@dataclass(frozen=True)
class Column:
    """A column of a table field: ``type`` is one of those of a field that fit a cell; ``choices`` of a cell that is chosen, of a text the
    words that the law names, beside which others stay possible; ``cites`` as of a field."""

    code: str
    title: str
    type: str = "text"
    required: bool = True
    choices: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    cites: bool = False


@dataclass(frozen=True)
class Field:
    """A value a step asks for. ``type``: text longtext date datetime money integer choice choices bool persons file list.

    ``columns``: what each row of a list holds. ``default``: what the form begins with (``today``, or the value itself).
    ``ahead``: a day that may lie ahead of the step's; every other day is something that has happened. ``carried``: the form begins
    with what an earlier step said. ``after``: the field whose day this one may not come before. ``least``, ``role``: how many
    persons at least, and who may be chosen. ``registered``: a list whose rows are chosen from the evidence in the file.
    ``identity``: a credit code or identity number, whose check sign must be right. ``protected``: known only to those who work the
    matter and their heads. ``cites``: a text that names articles, which may be picked from the book. ``rare``: few matters need it;
    where it may be left out a form keeps it folded.
    """

    code: str
    title: str
    type: str
    choices: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    help: str = ""
    article: tuple[Citation, ...] = ()
    columns: tuple[Column, ...] = ()
    default: object = None
    ahead: bool = False
    carried: bool = False
    after: str = ""
    least: int = 1
    role: str = ""
    registered: bool = False
    identity: bool = False
    protected: bool = False
    cites: bool = False
    rare: bool = False


@dataclass(frozen=True)
class Wording:
    """What one step calls a field, says of it, rests it on and begins it with, where that differs from the book's."""

    title: str
    help: str | None = None
    article: tuple[Citation, ...] | None = None
    default: object = None

    def of(self, asked: Field) -> Field:
        """The field as the step asks it."""
        return replace(
            asked,
            title=self.title,
            help=asked.help if self.help is None else self.help,
            article=asked.article if self.article is None else self.article,
            default=asked.default if self.default is None else self.default,
        )


@dataclass(frozen=True)
class Record:
    """What a step writes into one column of the matter's record.

    ``how``: field (the answer), day (the step's day), word (a code of the book), number (drawn from the series ``of``), paper (the
    number of the paper just issued), sum (of answers), adds (the answer on top of what stands), takes (the
    answer off what stands), none (emptied).
    """

    column: str
    how: str
    of: tuple[str, ...] = ()


@dataclass(frozen=True)
class Brings:
    """Evidence that a step makes: its kind, and texts with ``{field}`` of the step. ``by`` names a choice whose answers listed in
    ``kinds`` make it another kind. Files that come with the step are this evidence; where ``attached`` names a kind, each file is
    evidence of that kind beside it (photographs of an inspection)."""

    kind: str
    name: str
    source: str
    proves: str
    by: str = ""
    kinds: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    attached: str = ""


# What a step does to goods: takes them in, gives them back, lets their owner collect what he had not, forfeits them, undoes that, disposes of them, gives up those that nobody
# claims, sells them before the decision, hands them to another body; pays back what a sale brought in; gives back what a measure that ended by itself left here;
# auctions what is held and sets it off; tells that it was damaged or lost, and makes that good.
GOODS = (
    "hold", "release", "collect", "confiscate", "restore", "dispose", "surrender", "sell", "hand_over", "pay_back", "give_back",
    "auction", "damage", "make_good",
)  # fmt: skip


@dataclass(frozen=True)
class Recuses:
    """Who steps back: the field with the person's name, and the yes/no field that decides it."""

    person: str
    granted: str


@dataclass(frozen=True)
class Concerns:
    """Which parties beside the one of the paper's own role the papers of a step are for: named in ``column`` of the step's list, or in the
    field of that name of earlier ``steps``, those of ``less`` taken out; and those who take part in these ``roles``."""

    list: str = ""
    column: str = ""
    steps: tuple[str, ...] = ()
    less: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()


@dataclass(frozen=True)
class GoesOn:
    """The same matter goes on under another procedure, from its beginning ``step``; ``answers`` are texts with ``{field}`` of this step."""

    procedure: str
    step: str
    answers: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True)
class Named:
    """A fact of the run that papers may inherit under a name of its own: ``number_of`` a paper, ``day_of`` the latest of some steps,
    or the ``field`` that ``steps`` answered."""

    name: str
    number_of: str = ""
    day_of: tuple[str, ...] = ()
    field: str = ""
    steps: tuple[str, ...] = ()


# What must be so before a step whatever it is about: the part of it that another step may take over (`conditions_of`).
CONDITIONS = ("needs", "none_open", "none_running", "none_late", "taken")

# The field that says how a paper was served: steps that ask it need what the procedure says of any service.
METHOD = "service_method"
# Kinds of review of a text, and what every step that gives the opinion of one must say: of which text, how it ended, why.
REVIEWS = ("legality", "fair_competition")
REVIEW_SAYS = ("text_sha", "review_verdict", "review_opinion")

# Field → the answers that count; for a field of several choices, all that was chosen must be among them.
When = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Start:
    """A clock begun by a step. ``on`` names the field holding the day to count from (default: the step's day); ``due`` names the field
    holding the due day itself, for clocks whose length the order sets; ``only_if`` / ``unless`` name yes/no fields; ``when`` /
    ``unless_when`` are answers of the step, or of the one that opened the measure it acts on; ``places``: only in these states;
    ``while_open``: only while this measure is open, of which the clock then is; ``instead``: a field whose day, where it is answered,
    counts instead; ``unless_later``: one of the clock that ends later stays; ``at``: the field
    with the moment, of a clock counted in hours; ``while_running``: only while one of these clocks of the same measure runs."""

    clock: str
    on: str = ""
    due: str = ""
    only_if: str = ""
    unless: str = ""
    when: When = field(default_factory=lambda: MappingProxyType({}))
    unless_when: When = field(default_factory=lambda: MappingProxyType({}))
    places: tuple[str, ...] = ()
    while_open: str = ""
    instead: str = ""
    unless_later: bool = False
    at: str = ""
    while_running: tuple[str, ...] = ()


@dataclass(frozen=True)
class Extends:
    """What a step adds to a clock: a fixed ``length``; or the number in field ``days``, at most ``up_to``; or the day in field ``until``.

    ``total``: the most that the step may add to one clock however often it is taken."""

    clock: str
    length: Length | None = None
    days: str = ""
    up_to: Length | None = None
    until: str = ""
    total: Length | None = None

    def default(self) -> Length | None:
        """The length the law itself gives: what the step adds when nobody states a number; None when one must be stated."""
        return self.length or self.up_to


@dataclass(frozen=True)
class Step:
    """One thing a person does. All clock, field, guard and form names are checked against the book at load.

    ``by`` may take it; with ``approve`` the proposal passes these roles in order and takes effect on the last approval's day.
    ``conditions_of``: the step whose :data:`CONDITIONS` hold for this one too. ``to`` may be :data:`BACK`: the state from which the present one was entered. ``stops_when``: answers without which a clock named in
    ``stops`` runs on.
    ``after`` / ``before``: clocks that must have run out / must not have run out, on the step's day or on the one in field
    ``before_by`` (what was posted in time is in time); ``before_one``: one of these must run and have time
    left. ``during``: measures that must be open. ``none_open``: measures that must be closed. ``running``: clock that must be running;
    ``none_running``: clocks that must not; ``none_late``: clocks that must not have run out while they run. ``taken``: step that must
    have been taken; ``taken_here``: since the present state was entered. ``voids``: earlier steps that from now on count as not taken.
    ``closes_unless``: answers with which the measure it acts on, and its clocks, go on.
    ``pauses`` stops every running clock whose article lists that reason, from the day in field ``pauses_on`` where that is answered;
    clocks of a measure (seizure) only if the yes/no field ``pauses_held_if`` says so, only of the measure that the step's ref names (all of them if none), and no longer than to the day in
    field ``pauses_until``, which was told to the party. A step that goes on with a pause begun earlier (it acts on the measure that
    was opened with it) stops the same clocks. ``resumes_on``: the field with the day on which what was paused for happened, where it is
    entered later.
    ``continues``: clocks of which those that were stopped last run on with what was left of them; the time between is left out as
    ``continues_reason``.
    ``reopens``: the matter had come to an end and is taken up again.

    What it means for the matter: ``records`` columns, ``evidence`` it brings, papers it ``issues`` (those of ``issues_with_goods`` only
    where goods move by it); ``serves`` the papers served by it,
    ``serves_chosen`` the field that names the one it serves, ``delivers`` the papers of its own that are handed over with it,
    ``excuses_service``: nobody is left to serve earlier papers on, ``withdraws``: papers that, unserved, are not to be
    served any more, ``serves_again``: papers whose earlier service did not count,
    ``concerns``: for whom else its papers are; ``goods`` what it does to the matter's goods (:data:`GOODS`);
    ``recuses`` who steps back by it; ``refers`` the form or measure whose paper its own papers refer back to, ``inherits`` the
    earlier answers they may print, ``says`` the answers that are certain from the step itself and that nobody is asked. ``decides`` names the decision it makes, ``undoes`` how it ends the decision in force, ``reviews`` the kind of review that
    it gives the opinion of (:data:`REVIEWS`). ``joins``: attribute of a party → field, of somebody whom the step brings in; ``replaces``
    there names the field with the party whose place is taken. ``leaves``: the field with the party that takes part no more. ``goes_on``: procedure and step under which the same
    matter goes on. ``wording``: how this step words its fields.
    """

    code: str
    title: str
    article: tuple[Citation, ...]
    confidence: str
    by: tuple[str, ...]
    approve: tuple[str, ...] = ()
    sources: frozenset[str] = frozenset()
    any_open: bool = False
    begins: bool = False
    to: str = ""
    conditions_of: str = ""
    needs: tuple[str, ...] = ()
    asks: tuple[str, ...] = ()
    may_ask: tuple[str, ...] = ()
    issues: tuple[str, ...] = ()
    issues_with_goods: tuple[str, ...] = ()
    starts: tuple[Start, ...] = ()
    stops: tuple[str, ...] = ()
    stops_when: Mapping[str, When] = field(default_factory=lambda: MappingProxyType({}))
    pauses: str = ""
    pauses_held_if: str = ""
    pauses_until: str = ""
    continues: tuple[str, ...] = ()
    continues_reason: str = ""
    reopens: bool = False
    pauses_on: str = ""
    resumes: str = ""
    resumes_on: str = ""
    extends: Extends | None = None
    opens: str = ""
    closes: str = ""
    closes_unless: When = field(default_factory=lambda: MappingProxyType({}))
    closes_if_open: tuple[str, ...] = ()
    during: str = ""
    after: tuple[str, ...] = ()
    before: tuple[str, ...] = ()
    before_by: str = ""
    before_one: tuple[str, ...] = ()
    running: str = ""
    none_open: tuple[str, ...] = ()
    none_running: tuple[str, ...] = ()
    none_late: tuple[str, ...] = ()
    taken: str = ""
    taken_here: str = ""
    voids: tuple[str, ...] = ()
    once: bool = False
    records: tuple[Record, ...] = ()
    evidence: Brings | None = None
    refers: str = ""
    serves: tuple[str, ...] = ()
    serves_chosen: str = ""
    delivers: tuple[str, ...] = ()
    excuses_service: bool = False
    withdraws: tuple[str, ...] = ()
    serves_again: tuple[str, ...] = ()
    concerns: Concerns | None = None
    goods: str = ""
    recuses: Recuses | None = None
    inherits: tuple[str, ...] = ()
    says: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    wording: Mapping[str, Wording] = field(default_factory=lambda: MappingProxyType({}))
    decides: str = ""
    undoes: str = ""
    reviews: str = ""
    joins: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    leaves: str = ""
    goes_on: GoesOn | None = None

    @property
    def acts_on(self) -> str:
        """The measure that must be open for the step, which says by ref which one it is about."""
        return self.closes or self.during

    @property
    def fields(self) -> tuple[str, ...]:
        """Everything the step's page may ask, what must be answered first."""
        return (*self.asks, *self.may_ask)
