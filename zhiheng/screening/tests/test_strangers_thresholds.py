"""Thresholds follow the list's own strangers, not its copies and not one family that fills it."""

import numpy as np
import pytest

from zhiheng.screening.engine.collection import distinct
from zhiheng.screening.engine.normalise import normalise
from zhiheng.screening.engine.settings import SETTINGS, Settings
from zhiheng.screening.engine.strangers import thresholds
from zhiheng.screening.tests.test_skeleton_frames import strangers, templates
from zhiheng.screening.tests.texts import abstracts, edited, filled


def of(texts: list[str], settings: Settings | None = None):
    made = normalise(texts)
    group = distinct(made, [f"{n:05d}" for n in range(len(texts))], Settings())
    return thresholds([(made, group.rows, group.hashes)], settings or Settings())


def test_texts_of_their_own_leave_the_least_thresholds():
    settings, told = of(strangers(120))
    assert (settings.similar, settings.framed) == (Settings().similar, Settings().framed)
    assert told["similar"].pairs > 100 and told["similar"].quantiles[0] < 0.1


def test_texts_cut_from_the_same_patterns_raise_them():
    settings, told = of(abstracts(150))
    assert settings.similar == told["similar"].demanded > 0.5
    assert settings.partial > Settings().partial


@pytest.mark.parametrize("share", [0.02, 0.1, 0.3])
def test_copies_do_not_raise_them(share):
    texts = strangers(60)
    settings, _ = of(texts + [edited(texts[0], share, seed) for seed in range(100)])
    assert settings.similar == Settings().similar


@pytest.mark.parametrize("others", [0, 20, 200])
def test_a_family_that_fills_the_list_does_not_raise_them(others):
    frame = templates(1, 8)[0]
    settings, _ = of([filled(frame, number) for number in range(80)] + strangers(others))
    assert (settings.similar, settings.framed) == (Settings().similar, Settings().framed)


def test_a_given_threshold_stays_as_given():
    settings, told = of(abstracts(150), Settings(similar=0.3, derived=("framed",)))
    assert settings.similar == 0.3 and told["similar"].demanded > 0.3


def test_deriving_again_changes_nothing():
    texts = abstracts(150)
    once, _ = of(texts)
    again, _ = of(texts, once)
    assert again == once


def test_the_order_of_the_rows_and_texts_added_one_by_one_do_not_matter_to_the_choice():
    texts = strangers(80)
    order = np.random.default_rng(3).permutation(80)
    assert of(texts)[1] == of([texts[n] for n in order])[1]


def test_every_setting_has_its_least():
    assert SETTINGS["strict"].similar > SETTINGS["default"].similar > SETTINGS["wide"].similar
    assert SETTINGS["strict"].framed > SETTINGS["default"].framed > SETTINGS["wide"].framed


@pytest.mark.parametrize("name", ["strict", "default", "wide"])
def test_what_serves_the_signals_does_not_depend_on_the_setting(name):
    """A combination is named with its two sources at every setting."""
    settings, _ = of(strangers(120), SETTINGS[name])
    assert settings.partial == Settings().partial
