"""A model of a directory on a disk that loses power: fed with what trace.c noted, it says what may be there afterwards.

What was written to a file and not synced may be there or not, in any order, torn at sectors of 512 bytes. A name that was
made, renamed or removed without a sync of its directory may be old or new; a rename between two directories is one step,
as journalling filesystems do it, and certain once either directory was synced.
"""
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
    content = memoryview(Path(path).read_bytes())
    position, operations = 0, []
    while position < len(content):
        kind, time, inode, offset, first, second, length = HEADER.unpack_from(content, position)
        position += HEADER.size
        parts = []
        for size in (first, second, length):
            parts.append(bytes(content[position : position + size]))
            position += size
        operations.append(Operation(chr(kind), time, inode, offset, parts[0].decode(), parts[1].decode(), parts[2]))
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
                for start in range(0, len(data), SECTOR):
                    if dice.random() < 0.5:
                        apply(content, (offset + start, data[start : start + SECTOR]))
            elif choose():
                apply(content, change)
        return content


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
