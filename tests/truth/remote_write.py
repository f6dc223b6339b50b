"""Samples as Prometheus' remote write protocol has them: protobuf, in snappy's framing."""

import struct
from collections.abc import Iterable, Mapping

# What Prometheus stores where a series ends, `StaleNaN` in its sources.
STALE = struct.pack("<Q", 0x7FF0000000000002)
HEADERS = {
    "Content-Type": "application/x-protobuf",
    "Content-Encoding": "snappy",
    "X-Prometheus-Remote-Write-Version": "0.1.0",
}


def varint(number: int) -> bytes:
    coded = bytearray()
    while number > 0x7F:
        coded.append(number & 0x7F | 0x80)
        number >>= 7
    coded.append(number)
    return bytes(coded)


def field(number: int, content: bytes) -> bytes:
    return bytes([number << 3 | 2]) + varint(len(content)) + content


def coded_labels(labels: Mapping[str, str]) -> bytes:
    """In the order of their names, as the protocol asks; the name of the metric is `__name__`."""
    pairs = (field(1, name.encode()) + field(2, labels[name].encode()) for name in sorted(labels))
    return b"".join(field(1, pair) for pair in pairs)


def coded_value(value: float) -> bytes:
    return struct.pack("<d", value)


def coded_time(time: float) -> bytes:
    """Of seconds since the epoch."""
    return b"\x10" + varint(round(time * 1000))


def coded_sample(value: bytes, time: bytes) -> bytes:
    return field(2, b"\x09" + value + time)


def message(labels_and_samples: Iterable[tuple[bytes, bytes]]) -> bytes:
    """A whole request; samples of a series are joined, oldest first."""
    raw = b"".join(field(1, labels + samples) for labels, samples in labels_and_samples)
    # One literal, not compressed: whatever is sent goes to this machine.
    return varint(len(raw)) + b"\xfc" + (len(raw) - 1).to_bytes(4, "little") + raw
