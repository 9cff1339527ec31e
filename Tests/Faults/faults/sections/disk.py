"""A model of a directory on a disk that loses power: fed with what trace.c noted, it says what may be there afterwards.

What was written to a file and not synced may be there or not, in any order, torn at the file's sectors of 512 bytes. A name that was
made, renamed or removed without a sync of its directory may be old or new; a rename between two directories is one step,
as journalling filesystems do it, and certain once either directory was synced.
"""
import collections
import itertools
import struct
from dataclasses import dataclass, field
from pathlib import Path

SECTOR = 512
HEADER = struct.Struct("<B7xqQqIIQ")


@dataclass
class Operation:
    kind: str
    time: int
    inode: int
    offset: int
    first: str
    second: str
    data: bytes


def read_trace(path):
    return [operation for operation, _ in read_trace_with_ends(path)]


def read_trace_with_ends(path):
    """Each operation, and the length of the trace once it was noted."""
    content = memoryview(Path(path).read_bytes())
    position, operations = 0, []
    while position < len(content):
        kind, time, inode, offset, first, second, length = HEADER.unpack_from(content, position)
        position += HEADER.size
        parts = []
        for size in (first, second, length):
            parts.append(bytes(content[position : position + size]))
            position += size
        operation = Operation(chr(kind), time, inode, offset, parts[0].decode(), parts[1].decode(), parts[2])
        operations.append((operation, position))
    return operations


@dataclass(eq=False)
class File:
    """`content` is what is certain; `pending` are (offset, bytes) and (size, None) in order."""

    content: bytearray = field(default_factory=bytearray)
    pending: list = field(default_factory=list)

    def sync(self):
        for change in self.pending:
            apply(self.content, change)
        self.pending = []

    def after(self, choose, torn, dice):
        """The content when `choose` says of each change whether it reached the disk."""
        if not self.pending:
            return self.content
        content = bytearray(self.content)
        for change in self.pending:
            offset, data = change
            if data is not None and torn:
                for piece in pieces(offset, data):
                    if dice.random() < 0.5:
                        apply(content, piece)
            elif choose():
                apply(content, change)
        return content


    def may_be(self, content):
        """Whether a loss of power may leave these bytes."""
        cuts = [number for number, (_, data) in enumerate(self.pending) if data is None]
        return any(
            self._may_be(content, set(happened))
            for count in range(len(cuts) + 1) for happened in itertools.combinations(cuts, count))

    def _may_be(self, content, cuts):
        """The same, when of the changes of size these have happened."""
        certain, size, parts = bytes(self.content), len(self.content), []
        for number, (offset, data) in enumerate(self.pending):
            if data is not None:
                parts += pieces(offset, data)
            elif number in cuts:
                certain, size = certain[:offset], offset
                parts = [(start, part[: offset - start]) for start, part in parts if start < offset]
        if len(content) < size or len(content) > size and len(content) not in {start + len(part) for start, part in parts}:
            return False
        sectors = collections.defaultdict(list)
        for start, part in parts:
            sectors[start // SECTOR].append((start % SECTOR, part))
        for start in range(0, len(content), SECTOR):
            there = content[start : start + SECTOR]
            below = certain[start : start + SECTOR].ljust(SECTOR, b"\0")[: len(there)]
            grows = len(content) > size and start + SECTOR >= len(content)
            if not _are_layers(there, below, sectors[start // SECTOR], grows):
                return False
        return True


def _are_layers(there, below, parts, grows):
    """Whether some of the parts of a sector, each over those before it, make of what was below what is there. When the file
    grows to there, one of them ends it."""
    if there == below and not grows:
        return True
    # From the last to the first: one that fits can only help, as it hides what is below.
    hidden, ends = bytearray(len(there)), False
    for start, part in reversed(parts):
        end = start + len(part)
        if end <= len(there) and all(
                hidden[place] or there[place] == part[place - start] for place in range(start, end)):
            hidden[start:end] = b"\1" * len(part)
            ends = ends or end == len(there)
    return (ends or not grows) and all(
        hidden[place] or there[place] == below[place] for place in range(len(there)))


def pieces(offset, data):
    """What of a write lies in each of the file's sectors: a disk writes those whole."""
    at = 0
    while at < len(data):
        end = min(len(data), at + SECTOR - (offset + at) % SECTOR)
        yield offset + at, data[at:end]
        at = end


def apply(content, change):
    offset, data = change
    if data is None:
        del content[offset:]
        content.extend(bytes(offset - len(content)))
    else:
        content.extend(bytes(max(0, offset - len(content))))
        content[offset : offset + len(data)] = data


@dataclass(eq=False)
class Directory:
    """`names` is what the running system sees; `certain` what the disk does."""

    names: dict = field(default_factory=dict)
    certain: dict = field(default_factory=dict)


@dataclass
class NameChange:
    """In each of these directories, names that now mean another node (None: nothing), all in one step."""

    changes: list  # (directory, name, node)


class Disk:
    def __init__(self, root):
        self.root_path = str(root)
        self.root = Directory()
        self.by_inode = {}
        self.pending = []

    def _parent(self, path):
        parts = Path(path).relative_to(self.root_path).parts
        directory = self.root
        for part in parts[:-1]:
            directory = directory.names[part]
        return directory, parts[-1]

    def is_inside(self, path):
        return path.startswith(self.root_path + "/")

    def _rename(self, changes):
        for directory, name, node in changes:
            if node is None:
                directory.names.pop(name, None)
            else:
                directory.names[name] = node
        self.pending.append(NameChange(changes))

    def perform(self, operation):
        kind = operation.kind
        if kind in "CD":
            node = File() if kind == "C" else Directory()
            self.by_inode[operation.inode] = node
            if operation.first == self.root_path:
                self.root = node
            else:
                self._rename([(*self._parent(operation.first), node)])
        elif kind == "W":
            self.by_inode[operation.inode].pending.append((operation.offset, operation.data))
        elif kind == "T":
            self.by_inode[operation.inode].pending.append((operation.offset, None))
        elif kind == "S":
            self._sync(self.by_inode.get(operation.inode))
        elif kind == "U":
            if operation.first != self.root_path:
                self._rename([(*self._parent(operation.first), None)])
        elif kind in "RX":
            self._rename(self._moves(operation))
        else:
            raise ValueError(f"operation {kind}")

    def _moves(self, operation):
        old_directory, old_name = self._parent(operation.first)
        node = old_directory.names[old_name]
        if not self.is_inside(operation.second):
            return [(old_directory, old_name, None)]
        new_directory, new_name = self._parent(operation.second)
        back = new_directory.names[new_name] if operation.kind == "X" else None
        return [(old_directory, old_name, back), (new_directory, new_name, node)]

    def _sync(self, node):
        if isinstance(node, File):
            node.sync()
        elif node is not None:
            concerned, places = [], set()
            for change in reversed(self.pending):
                # What happened before to a name that is certain now is past: a journal keeps that order.
                here = {(id(directory), name) for directory, name, _ in change.changes}
                if here & places or any(part[0] is node for part in change.changes):
                    concerned.append(change)
                    places |= here
            for change in reversed(concerned):
                for directory, name, target in change.changes:
                    _set(directory.certain, name, target)
            self.pending = [change for change in self.pending if change not in concerned]

    def crash(self, names, contents, dice):
        """The files after a loss of power, by path below the root, and all directories. `names` and `contents` say what
        reached the disk: none, all, some; names also: first (those before some moment); contents also: torn."""
        trees = {}
        changes = self.pending if names != "first" else self.pending[: dice.randrange(len(self.pending) + 1)]
        for change in changes:
            if names in ("all", "first") or names == "some" and dice.random() < 0.5:
                for directory, name, target in change.changes:
                    _set(trees.setdefault(id(directory), dict(directory.certain)), name, target)
        chance = {"none": 0, "all": 1}.get(contents, 0.5)
        files, directories = {}, []

        def walk(directory, path):
            directories.append(path)
            for name, node in trees.get(id(directory), directory.certain).items():
                if isinstance(node, File):
                    files[path / name] = bytes(node.after(lambda: dice.random() < chance, contents == "torn", dice))
                else:
                    walk(node, path / name)

        walk(self.root, Path())
        return files, directories

    def may_be(self, files, directories):
        """Whether a loss of power may leave these files (contents by path below the root) and directories."""
        tree = {}
        for path in [*directories, *files]:
            place = tree
            for part in path.parts[: None if path not in files else -1]:
                place = place.setdefault(part, {})
            if path in files:
                place[path.name] = files[path]
        return bool(self._ways(self.root, tree, {}))

    def _ways(self, directory, there, decided):
        """Ways in which a directory becomes what is there: of each pending change that matters, by its number, whether it
        happened. `decided` are those that are known already."""
        touching = collections.defaultdict(list)
        for number, change in enumerate(self.pending):
            for place, name, node in change.changes:
                if place is directory:
                    touching[name].append((number, node))
        ways = [decided]
        for name in sorted({*directory.certain, *touching, *there}):
            history = [(None, directory.certain.get(name)), *touching[name]]
            ways = [more for way in ways for more in self._ways_of_name(history, there.get(name), way)]
        return ways

    def _ways_of_name(self, history, there, decided):
        """The same of one name: the last change of it that happened says what it means."""
        found = []
        for last, (number, node) in enumerate(history):
            needed = {later: False for later, _ in history[last + 1 :]} | ({number: True} if last else {})
            if any(decided.get(change, happened) != happened for change, happened in needed.items()):
                continue
            way = decided | needed
            if isinstance(node, Directory) and isinstance(there, dict):
                found += self._ways(node, there, way)
            elif node is None and there is None or isinstance(node, File) and isinstance(there, bytes) and node.may_be(there):
                found.append(way)
            # What moves nothing else is as good one way as the other.
            if found and all(len(self.pending[change].changes) == 1 for change in needed):
                break
        return found

    def now(self):
        """What the running system sees: all files by path below the root."""
        files = {}

        def walk(directory, path):
            for name, node in directory.names.items():
                if isinstance(node, File):
                    files[path / name] = bytes(node.after(lambda: True, False, None))
                else:
                    walk(node, path / name)

        walk(self.root, Path())
        return files


def _set(names, name, node):
    if node is None:
        names.pop(name, None)
    else:
        names[name] = node
