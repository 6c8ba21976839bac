"""What axe-core finds wrong on a page as it stands."""

from __future__ import annotations

from typing import Any

from axe_core_python.base import AXE_SCRIPT
from playwright.sync_api import Page

__all__ = ["serious_faults"]

# What keeps people from using a page; `moderate` and `minor` are advice.
GRAVE = ("serious", "critical")


def serious_faults(page: Page) -> list[str]:
    """One line a fault of WCAG 2.1 A and AA that is serious or critical: the rule, and where it is broken."""
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
    ]
