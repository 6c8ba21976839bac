"""The chips of the Ask page: what was understood, taken back and brought back, and kept in the address."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from app.texts import Texts
from tests.app_fixture import opened, shown

QUESTION = "云泽市2023年的养老护理员培训由市民政局牵头吗，哪些单位配合？"
ZH, EN = Texts("zh"), Texts("en")


def chips(app: AppTest) -> list[str]:
    """The labels of the chips, in order."""
    assert not app.exception
    found = [button.label for button in app.button if str(button.key).startswith(("part ", "restore "))]
    return [label.removesuffix(" ✕") for label in found]


def press(app: AppTest, key: str) -> AppTest:
    return app.button(key=key).click().run()


def test_every_part_of_the_plan_is_a_chip(samples: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = opened(samples, monkeypatch, q=QUESTION)
    labels = chips(app)
    assert labels[0] == f"**{ZH('part_intent')}** {ZH('intent_units')}"
    assert f"**{ZH('place')}** 云泽市" in labels
    assert f"**{ZH('filter_years')}** 2023" in labels
    assert f"**{ZH('filter_units')}** 市民政局 · {ZH('effect_boost')}" in labels


def test_a_chip_takes_its_part_back_and_another_brings_it_again(samples: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = opened(samples, monkeypatch, q=QUESTION)
    press(app, "part place:云泽市")
    assert app.query_params["without"] in ("place:云泽市", ["place:云泽市"])
    assert f"**{ZH('place')}** 云泽市" not in chips(app)
    assert f"{ZH('undone')} **{ZH('place')}** 云泽市" in chips(app)
    press(app, "restore place:云泽市")
    assert "without" not in app.query_params
    assert f"**{ZH('place')}** 云泽市" in chips(app)


def test_a_link_opens_without_the_parts_taken_back(samples: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = opened(samples, monkeypatch, q=QUESTION, without=["place:云泽市", "intent:units"])
    assert f"**{ZH('part_intent')}** {ZH('intent_measures')}" in chips(app)
    assert f"{ZH('answer_measures')}<" in shown(app)


def test_a_chip_that_can_be_taken_back_shows_it(samples: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = opened(samples, monkeypatch, q="云泽夜间照明怎么安排")
    assert app.button(key="part place:云泽市").label.endswith("✕")
    fixed = app.button(key="part intent:measures")
    assert (fixed.disabled, fixed.label.endswith("✕")) == (True, False)


def test_a_slip_is_told_and_can_be_searched_for_as_typed(samples: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = opened(samples, monkeypatch, q="云泽市的物留补贴由谁发？")
    assert f"{ZH('part_correction', meant='物流')} · {ZH('correction_undo')}" in chips(app)
    press(app, "part correction:物留→物流")
    assert ZH("part_correction", meant="物流") not in chips(app)
    assert any("物留" in label for label in chips(app))


def test_another_question_takes_nothing_back(samples: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = opened(samples, monkeypatch, q=QUESTION, without="place:云泽市")
    app.text_input(key="q").set_value("青砚人才房租金价格归谁来定？")
    next(button for button in app.button if button.label == ZH("ask")).click().run()
    assert "without" not in app.query_params


def test_an_unknown_place_says_so_and_can_be_taken_back(samples: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = opened(samples, monkeypatch, q="白沙市给冷库建设补多少钱？")
    assert f"**{ZH('place')}** 白沙市 · {ZH('effect_missing')}" in chips(app)
    assert ZH("silence_unknown_place", places="白沙市") not in shown(press(app, "part place:白沙市"))


def test_chips_speak_english_too(samples: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    labels = chips(opened(samples, monkeypatch, q=QUESTION, lang="en"))
    assert f"**{EN('part_intent')}** {EN('intent_units')}" in labels


@pytest.mark.parametrize("without", ["", "galaxy:x", "place", "topic:", "level:galaxy", "intent:", "**:**"])
def test_nonsense_taken_back_is_no_error(samples: Path, monkeypatch: pytest.MonkeyPatch, without: str) -> None:
    assert f"**{ZH('place')}** 云泽市" in chips(opened(samples, monkeypatch, q=QUESTION, without=without))


def test_marks_in_a_question_are_shown_and_not_read_as_markdown(samples: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = opened(samples, monkeypatch, q="[x](http://example.org) :material/home: **云泽** 养老由谁负责？")
    topic = next(label for label in chips(app) if ZH("part_topic") in label)
    assert "](http" not in topic
    assert ":material" not in topic
