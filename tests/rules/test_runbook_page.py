"""The runbook as Prometheus serves it, and the links of mails that lead there."""

import json
import re
import urllib.parse
import urllib.request
from html.parser import HTMLParser

import pytest
from runbook import ALERTS
from running import AnyPrometheus


class Page(HTMLParser):
    """What a page of HTML links to, and can be linked to."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.anchors: set[str] = set()
        self.links: set[str] = set()
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        self.tags.add(tag)
        self.anchors |= {values["id"]} if values.get("id") else set()
        self.links |= {values["href"]} if tag == "a" and values.get("href") else set()


def filled_in(annotation: str, prometheus: AnyPrometheus) -> str:
    """The address as it stands in a mail about the machine `example`."""
    address = annotation.replace("{{ $externalURL }}", f"http://{prometheus.address}")
    return re.sub(r"\{\{ \$labels\.\w+ \| urlquery \}\}", "example", address)


def address_of(page: str, prometheus: AnyPrometheus) -> str:
    return f"http://{prometheus.address}/user/{page}"


@pytest.fixture(scope="module")
def page(prometheus: AnyPrometheus) -> Page:
    with urllib.request.urlopen(address_of("runbook.html", prometheus), timeout=10) as answer:
        assert answer.headers["Content-Type"].startswith("text/html")
        return Page(answer.read().decode())


def test_each_link_of_a_mail_leads_to_its_place_in_the_runbook(
    prometheus: AnyPrometheus, page: Page
) -> None:
    for name, alert in ALERTS.items():
        address, anchor = filled_in(alert["annotations"]["runbook_url"], prometheus).split("#")
        assert address == address_of("runbook.html", prometheus)
        assert anchor == name.lower() and anchor in page.anchors


def test_each_link_of_a_mail_leads_to_a_dashboard(prometheus: AnyPrometheus) -> None:
    index = address_of("dashboards/index.json", prometheus)
    with urllib.request.urlopen(index, timeout=10) as answer:
        offered = {dashboard["uid"] for dashboard in json.load(answer)}
    for alert in ALERTS.values():
        link = filled_in(alert["annotations"]["dashboard_url"], prometheus)
        assert link.startswith(address_of("?", prometheus))
        assert urllib.parse.parse_qs(urllib.parse.urlsplit(link).query)["dashboard"][0] in offered


def test_each_link_of_the_page_resolves_and_none_needs_javascript(
    prometheus: AnyPrometheus, page: Page
) -> None:
    assert "script" not in page.tags
    base = address_of("runbook.html", prometheus)
    assert {f"#{name.lower()}" for name in ALERTS} <= page.links
    for link in page.links:
        address, anchor = urllib.parse.urldefrag(urllib.parse.urljoin(base, link))
        if address == base:
            assert anchor in page.anchors
        else:
            assert urllib.request.urlopen(address, timeout=10).status == 200
