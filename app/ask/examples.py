"""Questions to begin with: those that the archive at hand can answer, or their kinds where it cannot answer any."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

import streamlit as st

from app.ask.asking import ask_again
from app.texts import Texts
from indexer.index import Index
from indexer.records import Intent

__all__ = ["EXAMPLES", "Example", "examples"]


@dataclass(frozen=True, slots=True)
class Example:
    """A question that the sample notices answer; `place` is where the answer is from."""

    intent: Intent
    question: str
    place: str


EXAMPLES = (
    Example("units", "云泽市的算力券和算力平台归哪个局牵头，谁配合？", "云泽市"),
    Example("units", "鹭洲区老旧住宅加装电梯由谁牵头？", "望津市鹭洲区"),
    Example("duties", "砚湖区商务局2023年有哪些任务？", "云泽市砚湖区"),
    Example("targets", "云泽新开一条集装箱航线补贴多少？", "云泽市"),
    Example("measures", "快递员上门发现老人异常怎么办？", "澜川市"),
    Example("comparison", "各地的养老护理员培训目标有什么不同？", "江澜省"),
    Example("wording", "鼓励商户错时外摆，延长博物馆、图书馆夜间开放时间，激发晚间消费活力。", "云泽市砚湖区"),
)


def examples(index: Index, texts: Texts) -> None:
    """Buttons that ask an example; where no notice is from its place, only a hint at what can be asked."""
    places = set(index.places())
    fitting = [example for example in EXAMPLES if example.place in places]
    st.html(f'<h2 class="tw-section">{escape(texts("try"))}</h2>')
    if not fitting:
        for key in ("own_words_units", "own_words_duties", "own_words_targets"):
            st.html(f'<div class="tw-text">{escape(texts(key))}</div>')
        return
    with st.container(key="examples", gap="xsmall"):
        for number, example in enumerate(fitting):
            st.button(
                f"**{texts(f'intent_{example.intent}')}**  {example.question}",
                key=f"example {number}",
                on_click=ask_again,
                args=(example.question,),
                width="stretch",
            )
