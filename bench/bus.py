"""The servo bus: how long the bits of one tick are on the wire."""

MOTORS = 6
BITS_PER_SECOND = 1_000_000
# A byte is a start bit, eight bits and a stop bit.
BITS_PER_BYTE = 10
# Feetech's protocol: two bytes of header, identity, length, instruction or error, parameters, checksum.
FRAME = 6


def wire_seconds():
    """One tick of a leader and a follower: both are read (one sync read each), the follower is written."""
    read = FRAME + 2 + MOTORS + MOTORS * (FRAME + 2)
    write = FRAME + 2 + MOTORS * (1 + 2)
    return (2 * read + write) * BITS_PER_BYTE / BITS_PER_SECOND


def run_bus(results):
    results.add("bus: bits of a tick on the wire", "SO-101 leader and follower", "limit", "ms", 1e3 * wire_seconds())
