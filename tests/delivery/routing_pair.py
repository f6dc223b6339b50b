"""Two Alertmanagers that know each other; no load balancer between them and Prometheus."""

import time
from typing import Any

from free_ports import free_port
from inbox import of_all
from lab import Lab
from routing import RECIPIENTS, SHIPPED_FLAGS, Alertmanager, direct
from waiting import eventually

# They tell each other what they have mailed every 200 ms.
GOSSIP_SECONDS = 0.2
# For so long the neighbour waits for that; then it mails what it had to say when it began to wait,
# over or not. So that this is rare it has to be far less than the time between two rounds.
NEIGHBOUR_SECONDS, ROUND_SECONDS = 3.0, 30.0


def times(configuration: dict[str, Any]) -> None:
    configuration["route"] |= {"group_wait": "1s", "group_interval": f"{ROUND_SECONDS:g}s"}


class Pair:
    """Running; both hand their mails to the same server."""

    def __init__(self, lab: Lab) -> None:
        self.mail_server = lab.mail_server()
        addresses = [f"127.0.0.1:{free_port()}" for _ in range(2)]
        self.both = [
            lab.room(name).alertmanager(
                direct(self.mail_server),
                change=times,
                flags=[*SHIPPED_FLAGS, f"--cluster.peer-timeout={NEIGHBOUR_SECONDS:g}s"],
                cluster=[f"--cluster.listen-address={own}", f"--cluster.peer={other}"],
            )
            for name, own, other in zip(("a", "b"), addresses, reversed(addresses))
        ]

    def until_settled(self) -> None:
        eventually(self._is_settled, 60, lambda: self.both[0].output + self.both[1].output)

    @property
    def sender(self) -> Alertmanager:
        """The one that mails first; the other one mails what this one has not mailed in time."""
        return min(self.both, key=lambda each: each.value("alertmanager_peer_position"))

    def kill_sender_after_mails(self) -> float:
        """Returns how long after the last recipient's mail it was dead."""
        sender = self.sender
        eventually(
            lambda: len(self.mail_server.mails) >= len(RECIPIENTS), 120, lambda: sender.output, 0.01
        )
        sender.kill()
        return time.monotonic() - self.mail_server.mails[len(RECIPIENTS) - 1].time

    def until_told(self, instance: str, subject: str, seconds: float) -> None:
        """Each recipient, of the machine."""

        def is_told() -> bool:
            return subject in of_all(self.mail_server.mails, instance)

        eventually(is_told, seconds, lambda: f"{self.both[0].output}\n{self.both[1].output}")

    def _is_settled(self) -> bool:
        members = [each.value("alertmanager_cluster_members") for each in self.both]
        positions = {each.value("alertmanager_peer_position") for each in self.both}
        return members == [2, 2] and positions == {0, 1}
