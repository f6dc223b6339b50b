"""What a mail program finds in a mail's HTML."""

from html.parser import HTMLParser

VOID = {"br", "meta"}


class Outline(HTMLParser):
    """Elements, links and words of a page; fails where an element does not end."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.links: dict[str, str] = {}
        self.words: list[str] = []
        self._open: list[str] = []
        self._target = ""
        self.feed(html)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.elements.append(tag)
        self.attributes += [(name, value or "") for name, value in attributes]
        self._target = dict(attributes).get("href") or ""
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, text: str) -> None:
        if not (text := " ".join(text.split())):
            return
        self.words.append(text)
        if self._open[-1:] == ["a"]:
            self.links[text] = self._target

    def fact(self, name: str) -> str | None:
        """What stands beside this name."""
        return self.words[self.words.index(name) + 1] if name in self.words else None
