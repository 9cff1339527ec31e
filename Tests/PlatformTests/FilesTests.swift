import Glibc
import RecordingTypes
import SystemPackage
import Testing
import TestSupport

@testable import Platform

@Suite("Files are whole or not there")
struct FilesTests {
    private static func withDirectory(_ body: (FilePath) throws -> Void) throws {
        let directory = try TemporaryDirectory()
        try withExtendedLifetime(directory) { try body(directory.path) }
    }

    @Test func directoriesAreMadeWithTheirParents() throws {
        try Self.withDirectory { directory in
            let deep = directory.appending("a/b/c")
            try Directory.create(deep)
            try Directory.create(deep)
            #expect(Directory.exists(deep))
        }
    }

    @Test func aDirectoryThatCannotBeMadeIsAnErrorThatNamesIt() throws {
        // The parent is there, and the kernel says all the same that there is no such place.
        let error = try #require(throws: ReelError.self) { try Directory.create("/proc/reel-nowhere") }
        #expect(error.subject == "/proc/reel-nowhere")
        #expect(error.kind == .unavailable)
    }

    @Test func writingReplacesAFileInOneStep() throws {
        try Self.withDirectory { directory in
            let path = directory.appending("x.json")
            try AtomicFile.write(Array("one".utf8), to: path)
            try AtomicFile.write(Array("two".utf8), to: path)
            #expect(try File.read(path) == Array("two".utf8))
            #expect(try Directory.names(in: directory) == ["x.json"])
        }
    }

    @Test func aWriteThatFailsLeavesTheOldFileAndNoOther() throws {
        try Self.withDirectory { directory in
            // A directory stands where the file should go.
            let path = directory.appending("taken")
            try Directory.create(path.appending("inside"))
            #expect(throws: ReelError.self) { try AtomicFile.write([1], to: path) }
            #expect(try Directory.names(in: directory) == ["taken"])
        }
    }

    @Test func exchangedPathsHoldEachOthersContent() throws {
        try Self.withDirectory { directory in
            let (first, second) = (directory.appending("1"), directory.appending("2"))
            try AtomicFile.write([1], to: first)
            try AtomicFile.write([2], to: second)
            #expect(try Directory.exchange(first, second))
            #expect(try File.read(first) == [2])
            #expect(try File.read(second) == [1])
        }
    }

    @Test func aFileWhoseSyncFailedIsNeverSaidToBeSafe() async {
        await #expect(processExitsWith: .success) {
            setenv("REEL_FAULT", "file.sync#rows:fail", 1)
            try Self.withDirectory { directory in
                let (rows, other) = (directory.appending("rows"), directory.appending("other"))
                let file = try File.create(rows)
                try file.append([1])
                #expect(file.syncFailure == nil)
                let first = try #require(throws: ReelError.self) { try file.syncData() }
                #expect(first.systemError == .ioError && first.subject == rows.string)
                // The kernel would say yes now.
                try file.append([2])
                #expect(throws: first) { try file.syncData() }
                #expect(throws: first) { try file.sync() }
                #expect(file.syncFailure == first)
                try File.create(other).sync()
            }
        }
    }

    @Test func aWriteWhoseFileCouldNotBeSyncedLeavesTheOldFile() async {
        await #expect(processExitsWith: .success) {
            setenv("REEL_FAULT", "file.sync#x.json.partial:fail", 1)
            try Self.withDirectory { directory in
                let path = directory.appending("x.json")
                try File.create(path).append([1])
                let error = try #require(throws: ReelError.self) { try AtomicFile.write([2], to: path) }
                #expect(error.subject == path.string && error.systemError == .ioError)
                #expect(try File.read(path) == [1])
                #expect(try Directory.names(in: directory) == ["x.json"])
            }
        }
    }

    @Test func aWriteWhoseDirectoryCouldNotBeSyncedSaysThatTheNameIsThere() async {
        await #expect(processExitsWith: .success) {
            setenv("REEL_FAULT", "file.sync#inner:fail@2", 1)
            try Self.withDirectory { directory in
                let inner = directory.appending("inner")
                try Directory.create(inner)
                try AtomicFile.write([1], to: inner.appending("x.json"))
                let error = try #require(throws: ReelError.self) {
                    try AtomicFile.write([2], to: inner.appending("x.json"))
                }
                #expect(error.subject == inner.string)
                #expect(error.remedy?.contains("is made") == true)
                #expect(try File.read(inner.appending("x.json")) == [2])
                #expect(try Directory.names(in: inner) == ["x.json"])
            }
        }
    }

    @Test func whatCannotBeRenamedStaysAndSaysWhy() throws {
        try Self.withDirectory { directory in
            let path = directory.appending("x")
            try AtomicFile.write([1], to: path)
            // Another filesystem everywhere, and one that takes no new names.
            let error = try #require(throws: ReelError.self) { try Directory.rename(path, to: "/proc/reel-x") }
            #expect(error.systemError == .improperLink)
            #expect(error.subject == path.string)
            #expect(try File.read(path) == [1])
        }
    }

    @Test func aSecondNameOrACopyNeverReplacesAFile() throws {
        try Self.withDirectory { directory in
            let (first, second) = (directory.appending("1"), directory.appending("2"))
            let bytes = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 / 7) }
            try AtomicFile.write(bytes, to: first)
            try File.linkOrCopy(first, to: second)
            try File.copy(first, to: directory.appending("3"))
            #expect(try File.read(second) == bytes)
            #expect(try File.read(directory.appending("3")) == bytes)
            #expect(throws: ReelError.self) { try File.linkOrCopy(first, to: second) }
            #expect(throws: ReelError.self) { try File.copy(first, to: second) }
            #expect(try File.read(second) == bytes)
        }
    }

    /// A snapshot of the Hub's cache is nothing but such links.
    @Test func aSecondNameOfASymbolicLinkIsOneOfItsFile() throws {
        try Self.withDirectory { directory in
            for name in ["blobs", "set/data", "set/.reel/editing/data"] {
                try Directory.create(directory.appending(name))
            }
            try AtomicFile.write([1], to: directory.appending("blobs/1"))
            let link = directory.appending("set/data/file")
            #expect(symlink("../../blobs/1", link.string) == 0)
            let second = directory.appending("set/.reel/editing/data/file")
            try File.linkOrCopy(link, to: second)
            try Directory.syncTree(directory)
            #expect(try File.read(second) == [1])
        }
    }

    @Test func aTreeIsCopiedWhole() throws {
        try Self.withDirectory { directory in
            let tree = directory.appending("tree")
            try Directory.create(tree.appending("a/b"))
            try AtomicFile.write([1], to: tree.appending("a/x"))
            try Directory.copyTree(tree, to: directory.appending("copy"))
            #expect(try Directory.names(in: directory.appending("copy/a")) == ["b", "x"])
            #expect(try File.read(directory.appending("copy/a/x")) == [1])
        }
    }

    @Test func cutsWhatWasWrittenHalfWayAndGoesOnThere() throws {
        try Self.withDirectory { directory in
            let file = try File.create(directory.appending("x"))
            try file.append([1, 2, 3])
            try file.cut(to: 1)
            try file.append([4])
            #expect(try File.read(file.path) == [1, 4])
            #expect(throws: ReelError.self) { try File.create(file.path) }
        }
    }

    @Test func aFullDiskIsSaidWithItsErrno() throws {
        let full = try File(adopting: FileDescriptor.open("/dev/full", .writeOnly), path: "/dev/full")
        let error = try #require(throws: ReelError.self) { try full.append([1], "write rows") }
        #expect(error.kind == .diskFull && error.systemError == .noSpace && error.action == "write rows")
    }

    @Test func aFilesystemWithoutAnEndHasMuchRoomAndTrapsNobody() {
        #expect(FileSystem.bytes(UInt.max, of: UInt(4096)) == Int.max / 2)
        #expect(FileSystem.bytes(UInt64.max, of: UInt(1)) == Int.max / 2)
        #expect(FileSystem.bytes(UInt(3), of: UInt(4096)) == 12288)
        #expect(FileSystem.bytes(UInt(0), of: UInt(4096)) == 0)
    }

    @Test func spaceIsSetAsideWithoutBeingWrittenOrNotAtAll() throws {
        try Self.withDirectory { directory in
            let path = directory.appending("reserve")
            try FileSystem.setAside(1 << 20, at: path)
            #expect(File.size(of: path) == 1 << 20)
            #expect(throws: ReelError.self) { try FileSystem.setAside(Int.max / 2, at: path) }
            #expect(!File.exists(path))
        }
    }

    @Test func aFilesystemThatCanIsTriedWithoutATrace() throws {
        try Self.withDirectory { directory in
            // What a trial that was killed has left is no hindrance.
            try Directory.create(directory.appending("trial.partial/after"))
            try FileSystem.tryOut(in: directory, names: ["Top.nut", "top.nut"])
            #expect(try Directory.names(in: directory).isEmpty)
            // As on a filesystem that takes both for one.
            let error = try #require(throws: ReelError.self) {
                try FileSystem.tryOut(in: directory, names: ["top.nut", "top.nut"])
            }
            #expect(error.kind == .unavailable && error.cause.contains("top.nut"))
            #expect(try Directory.names(in: directory).isEmpty)
        }
    }

    @Test func aFilesystemThatCannotSaysWhatItCannot() async {
        await #expect(processExitsWith: .success) {
            setenv("REEL_FAULT", "filesystem.trial#cut a file:fail", 1)
            try Self.withDirectory { directory in
                let error = try #require(throws: ReelError.self) { try FileSystem.tryOut(in: directory, names: []) }
                #expect(error.kind == .unavailable && error.subject == directory.string)
                #expect(error.cause.contains("cannot cut a file"))
                #expect(error.remedy?.contains("another disk") == true)
                #expect(try Directory.names(in: directory).isEmpty)
            }
        }
    }
}
