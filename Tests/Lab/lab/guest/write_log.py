"""What dm-log-writes wrote down: every write, flush and mark of a disk, in the order in which the disk was told.

Documentation/admin-guide/device-mapper/log-writes.rst; the layout is drivers/md/dm-log-writes.c's."""
import struct
from dataclasses import dataclass

MAGIC = 0x6A736677736872
SECTOR = 512
FLUSH, FUA, DISCARD, MARK, METADATA = 1, 2, 4, 8, 16


@dataclass
class Entry:
    sector: int
    sectors: int
    flags: int
    # Of a mark.
    text: str
    # Where its data begins in the log.
    offset: int


def read(log):
    """All entries of a log device."""
    with open(log, "rb") as file:
        magic, _, count, size = struct.unpack("<QQQI", file.read(28))
        if magic != MAGIC:
            raise ValueError(f"{log} is no log of writes")
        entries, position = [], size
        for _ in range(count):
            file.seek(position)
            head = file.read(size)
            sector, sectors, flags, length = struct.unpack("<QQQQ", head[:32])
            # A mark's text stands behind its entry, in the same sector.
            text = head[32 : 32 + length].decode(errors="replace") if flags & MARK else ""
            data = 0 if flags & (MARK | DISCARD) else sectors * SECTOR
            entries.append(Entry(sector, sectors, flags, text, position + size))
            position += size + data
    return entries


def replay(log, entries, disk):
    """Does to a disk what the entries say."""
    with open(log, "rb") as source, open(disk, "r+b") as target:
        for entry in entries:
            if entry.flags & (MARK | DISCARD) or not entry.sectors:
                continue
            source.seek(entry.offset)
            target.seek(entry.sector * SECTOR)
            target.write(source.read(entry.sectors * SECTOR))
