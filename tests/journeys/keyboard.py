"""Walking a page with the keyboard alone, as somebody without a mouse does."""

from playwright.sync_api import Page

FOCUS = """() => {
  const e = document.activeElement;
  if (!e || e === document.body) return null;
  const label = e.labels && e.labels.length ? e.labels[0].innerText : '';
  const legend = e.type === 'radio' ? e.closest('fieldset').querySelector('legend').innerText : '';
  const style = getComputedStyle(e);
  return {
    words: (e.innerText || e.value || '').trim(), label: label.trim(), legend: legend.trim(),
    name: e.name || '', type: e.type || e.tagName.toLowerCase(),
    outline: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0,
  };
}"""
MOST_STEPS = 150


class Keyboard:
    """Only Tab, Space, Enter, arrows and letters."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.clicks = 0
        """How often something was reached, which is a click for who has a mouse."""

    def focus(self):
        return self.page.evaluate(FOCUS)

    def tab_to(self, wanted) -> dict:
        """Press Tab until the focused element is what ``wanted`` says; it must show the focus."""
        for _step in range(MOST_STEPS):
            self.page.keyboard.press("Tab")
            now = self.focus()
            if now and wanted(now):
                assert now["outline"], f"no focus ring on {now}"
                self.clicks += 1
                return now
        raise AssertionError("never reached by keyboard")

    def press(self, words: str) -> None:
        """Reach a link or button by its words and press Enter."""
        self.tab_to(lambda e: e["words"] == words and e["type"] in ("a", "submit", "button"))
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def write(self, name: str, text: str) -> None:
        """Reach a field by its name and type in it."""
        self.tab_to(lambda e: e["name"] == name)
        self.page.keyboard.type(text)

    def choose(self, name: str, words: str) -> None:
        """Reach a list by its name and type what is wanted."""
        self.tab_to(lambda e: e["name"] == name)
        self.page.keyboard.type(words)

    def open(self, words: str) -> None:
        """Reach what is folded away by its words and open it with Enter, unless it is open."""
        self.tab_to(lambda e: e["words"] == words and e["type"] == "summary")
        if not self.page.evaluate("document.activeElement.parentElement.open"):
            self.page.keyboard.press("Enter")

    def tick(self, name: str) -> None:
        """Reach a box by its name and tick it with Space."""
        self.tab_to(lambda e: e["name"] == name and e["type"] == "checkbox")
        self.page.keyboard.press("Space")

    def pick(self, name: str) -> None:
        """Reach a group of radio buttons and take the first with Space."""
        self.tab_to(lambda e: e["name"] == name and e["type"] == "radio")
        self.page.keyboard.press("Space")
