"""Asking the web pages of the stack, Prometheus above all."""

import json
import urllib.error
import urllib.parse
import urllib.request
from typing import Any

SECONDS = 5


def answers(url: str) -> bool:
    """Whether the page is there, with status 200."""
    try:
        with urllib.request.urlopen(url, timeout=SECONDS) as response:
            return response.status == 200
    except OSError:
        return False


def get(url: str) -> Any:
    """The JSON of a page, or None when it cannot be had."""
    try:
        with urllib.request.urlopen(url, timeout=SECONDS) as response:
            return json.load(response)
    except (OSError, ValueError):
        return None


def query(prometheus_url: str, expression: str) -> list[dict[str, Any]]:
    """The samples of an instant query, none when Prometheus does not answer."""
    answer = get(f"{prometheus_url}/api/v1/query?{urllib.parse.urlencode({'query': expression})}")
    return answer["data"]["result"] if answer else []


def number(prometheus_url: str, expression: str) -> float | None:
    """The value of a query for one sample, or None when there is none."""
    samples = query(prometheus_url, expression)
    return float(samples[0]["value"][1]) if samples else None
