import Glibc
import Platform
import RecordingTypes
import SystemPackage
import Testing

@Suite("Files are whole or not there")
struct DurableFilesTests {
    private func withDirectory(_ body: (FilePath) throws -> Void) throws {
        var template = Array("/tmp/reel-files-XXXXXX".utf8CString)
        let made = try #require(mkdtemp(&template))
        let directory = FilePath(String(cString: made))
        defer { try? DurableFiles.remove(directory) }
        try body(directory)
    }

    @Test func directoriesAreMadeWithTheirParents() throws {
        try withDirectory { directory in
            let deep = directory.appending("a/b/c")
            try DurableFiles.createDirectory(deep)
            try DurableFiles.createDirectory(deep)
            #expect(DurableFiles.isDirectory(deep))
        }
    }

    @Test func aDirectoryThatCannotBeMadeIsAnErrorThatNamesIt() throws {
        // The parent is there, and the kernel says all the same that there is no such place.
        let error = try #require(throws: ReelError.self) { try DurableFiles.createDirectory("/proc/reel-nowhere") }
        #expect(error.subject == "/proc/reel-nowhere")
        #expect(error.kind == .unavailable)
    }

    @Test func writingReplacesAFileInOneStep() throws {
        try withDirectory { directory in
            let path = directory.appending("x.json")
            try DurableFiles.write(Array("one".utf8), to: path)
            try DurableFiles.write(Array("two".utf8), to: path)
            #expect(try DurableFiles.read(path) == Array("two".utf8))
            #expect(try DurableFiles.names(in: directory) == ["x.json"])
        }
    }

    @Test func aWriteThatFailsLeavesTheOldFileAndNoOther() throws {
        try withDirectory { directory in
            // A directory stands where the file should go.
            let path = directory.appending("taken")
            try DurableFiles.createDirectory(path.appending("inside"))
            #expect(throws: ReelError.self) { try DurableFiles.write([1], to: path) }
            #expect(try DurableFiles.names(in: directory) == ["taken"])
        }
    }

    @Test func exchangedPathsHoldEachOthersContent() throws {
        try withDirectory { directory in
            let (first, second) = (directory.appending("1"), directory.appending("2"))
            try DurableFiles.write([1], to: first)
            try DurableFiles.write([2], to: second)
            #expect(try DurableFiles.exchange(first, second))
            #expect(try DurableFiles.read(first) == [2])
            #expect(try DurableFiles.read(second) == [1])
        }
    }
}
