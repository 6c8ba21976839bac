"""What keeps people from using a page as it stands: what axe-core finds, and buttons that cannot be clicked."""

from __future__ import annotations

from typing import Any

from axe_core_python.base import AXE_SCRIPT
from playwright.sync_api import Page

__all__ = ["buried_buttons", "serious_faults"]

# What keeps people from using a page; `moderate` and `minor` are advice.
GRAVE = ("serious", "critical")

# Of the page or of the dialogue that is open over it; each is scrolled to as Tab does, then the page is scrolled back.
BURIED = """() => {
    const page = document.querySelector("[data-testid=stMain]");
    const top = page.scrollTop;
    const buttons = (document.querySelector("[role=dialog]") ?? page).querySelectorAll("button");
    const buried = [...buttons].filter(button => {
        button.scrollIntoView({ block: "nearest", inline: "nearest" });
        const { x, y, width, height } = button.getBoundingClientRect();
        const over = document.elementFromPoint(x + width / 2, y + height / 2);
        return width && button.checkVisibility({ checkOpacity: true, checkVisibilityCSS: true }) && !button.contains(over);
    }).map(button => button.outerHTML.slice(0, 80) + button.innerText);
    page.scrollTop = top;
    return buried;
}"""


def serious_faults(page: Page) -> list[str]:
    """A line for each serious or critical fault of WCAG 2.1 A and AA, with where it is, and for each buried button."""
    for _ in range(2):  # what is drawn anew is faint for a moment, and may begin once more
        page.wait_for_function("!document.querySelector('[data-stale=\"true\"]')")
        page.wait_for_timeout(400)
    page.evaluate(AXE_SCRIPT)
    found: dict[str, Any] = page.evaluate(
        "axe.run(document, {runOnly: {type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa']}})"
    )
    return [
        f"{fault['id']}: {node['target'][0]}: {node['failureSummary'].splitlines()[-1].strip()}: {node['html'][:200]}"
        for fault in found["violations"]
        if fault["impact"] in GRAVE
        for node in fault["nodes"]
    ] + [f"cannot be clicked: {button}" for button in buried_buttons(page)]


def buried_buttons(page: Page) -> list[str]:
    """The buttons whose middle lies under something else, so that a click on them goes elsewhere."""
    buttons: list[str] = page.evaluate(BURIED)
    return buttons
