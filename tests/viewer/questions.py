"""What the page asked Prometheus, as the browser saw it go out."""

import json
import re
import urllib.parse
from dataclasses import dataclass

from browser import Browser
from shipped import Target

MACROS = re.compile(r"\\\$(?:\\\{)?(\w+)(?:\\\})?")


@dataclass(frozen=True)
class Question:
    path: str  # query or query_range
    parameters: dict[str, str]

    def is_of(self, target: Target) -> bool:
        """Whether it is the target's, whatever was put in for variables and macros."""
        pattern = MACROS.sub(".+?", re.escape(target.expression))
        return re.fullmatch(pattern, self.parameters["query"]) is not None


def asked(browser: Browser) -> list[Question]:
    """What was asked since the last call."""
    questions = []
    for line in browser.driver.get_log("performance"):
        message = json.loads(line["message"])["message"]
        if message["method"] != "Network.requestWillBeSent":
            continue
        request = message["params"]["request"]
        path = urllib.parse.urlparse(request["url"]).path.rpartition("/")[2]
        if path in ("query", "query_range"):
            questions.append(Question(path, dict(urllib.parse.parse_qsl(request["postData"]))))
    return questions
