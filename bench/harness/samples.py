"""What an open-loop client wrote down: for each request when it was to be sent, and how long it
then took."""

import struct

RECORD = struct.Struct("<dfI")  # seconds by CLOCK_MONOTONIC, as time.monotonic(); us; operation


def read(file):
    """A list of (intended, latency in us, operation), in the order of the answers."""
    with open(file, "rb") as samples:
        return list(RECORD.iter_unpack(samples.read()))


def percentile(latencies, percent):
    """The latency that `percent` of the requests did not exceed; `latencies` are sorted."""
    return latencies[min(len(latencies) - 1, int(len(latencies) * percent / 100))]


def between(samples, begin, end):
    """Latencies, sorted, of the requests that were to be sent in a stretch of time."""
    return sorted(latency for intended, latency, _ in samples if begin <= intended < end)


def of_operation(samples, operation):
    return sorted(latency for _, latency, number in samples if number == operation)
