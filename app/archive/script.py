"""What a long document needs of a script: choosing a clause, going to the one in the address, marking where one is.

The script only looks at the document and says which clause was clicked; no text of a notice is part of it.
"""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

__all__ = ["follow_clause_links", "follow_document"]

_CHOOSE = """
export default function (component) {
  const { data, setTriggerValue } = component;
  const choose = (event) => {
    const link = event.target.closest("a[data-clause]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    window.tiaowenShown = data.notice + link.dataset.clause;
    setTriggerValue("clause", link.dataset.clause);
  };
  document.addEventListener("click", choose);
  return () => document.removeEventListener("click", choose);
}
"""

_FOLLOW = """
export default function (component) {
  const { data } = component;
  let waiting = false;
  const mark = () => {
    waiting = false;
    const links = [...document.querySelectorAll(".tw-outline a")];
    let now = null;
    for (const link of links) {
      const place = document.getElementById(link.hash.slice(1));
      if (place && place.getBoundingClientRect().top < 160) now = link.hash;
    }
    for (const link of links) {
      if (link.hash === now) {
        if (link.getAttribute("aria-current") !== "location") {
          link.setAttribute("aria-current", "location");
          if (link.closest(".tw-outline-side")) link.scrollIntoView({ block: "nearest" });
        }
      } else link.removeAttribute("aria-current");
    }
  };
  const scrolled = () => {
    if (!waiting) { waiting = true; requestAnimationFrame(mark); }
  };
  document.addEventListener("scroll", scrolled, { capture: true, passive: true });
  const address = data.notice + (data.clause || "");
  let tries = 0;
  const go = () => {
    const place = data.place && document.getElementById(data.place);
    if (place) place.scrollIntoView({ block: "center" });
    else if (data.place && tries++ < 40) { setTimeout(go, 75); return; }
    mark();
  };
  if (window.tiaowenShown !== address) { window.tiaowenShown = address; go(); } else scrolled();
  return () => document.removeEventListener("scroll", scrolled, { capture: true });
}
"""

_choosing = st.components.v2.component("tiaowen_clause_links", js=_CHOOSE)
_following = st.components.v2.component("tiaowen_document", js=_FOLLOW)


def follow_clause_links(doc_id: str, *, key: str, chosen: Callable[[str], None]) -> None:
    """Tell which clause was clicked, without loading the page anew, which would forget the session.

    Drawn before the document, so that the first click on it finds the script there.
    """

    def told() -> None:
        clause = st.session_state[key].get("clause")
        if isinstance(clause, str) and clause:
            chosen(clause)

    _choosing(key=key, data={"notice": doc_id}, on_clause_change=told)


def follow_document(doc_id: str, clause_id: str | None, place: str | None, *, key: str) -> None:
    """Go to the place once, and mark in the outline where the reader is; drawn after the document."""
    _following(key=key, data={"notice": doc_id, "clause": clause_id, "place": place})
