"""What a person does on a phone: taps what can be seen, and answers the questions of a day."""

from playwright.sync_api import Page, ViewportSize

from tracker.healing import symptoms

PHONE: ViewportSize = {"width": 360, "height": 740}
DAY = 4


class Thumb:
    """Taps what can be seen, and counts. A target smaller than 44 px is no target."""

    def __init__(self, page: Page) -> None:
        self.page, self.taps = page, 0

    def tap(self, selector: str) -> None:
        """One tap in the middle of the target."""
        target = self.page.locator(selector)
        target.scroll_into_view_if_needed()
        box = target.bounding_box()
        assert box is not None
        assert min(box["width"], box["height"]) >= 43.9, selector
        self.page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        self.taps += 1


def choose(page: Page, name: str, value: str) -> None:
    """Tap one tile."""
    page.locator(f'input[name="{name}"][value="{value}"]').check()


def answer_calmly(page: Page, *, without: str = "") -> int:
    """Tap the calm answer of every question but one; returns the number of taps."""
    answers = {**dict.fromkeys(symptoms.SYMPTOMS, "0"), **dict.fromkeys(symptoms.SIGNS, "no")}
    answers["discharge_colour"] = "none"
    answers.pop(without, None)
    for name, value in answers.items():
        choose(page, name, value)
    return len(answers)


def is_wider_than_its_window(page: Page) -> bool:
    """Whether it scrolls sideways."""
    return bool(page.evaluate("document.documentElement.scrollWidth > innerWidth"))
