import Glibc
import Platform
import RecordingTypes
import SystemPackage
import Testing
import TestSupport

@testable import Spool

@Suite("A take is where it says that it is")
struct MovedTakeTests {
    @Test("Also when the directory could not be synced after the rename")
    func directoryNotSynced() async {
        await #expect(processExitsWith: .success) {
            setenv("REEL_FAULT", "file.sync#takes:fail", 1)
            let temporary = try TemporaryDirectory()
            let directory = temporary.path
            defer { withExtendedLifetime(temporary) {} }
            // Made by hand: the sync that fails is to be the move's own.
            var take = Take(number: 7, state: .recorded, spool: directory)
            try #require(mkdir(directory.appending("takes").string, 0o777) == 0)
            try #require(mkdir(take.path.string, 0o777) == 0)
            let error = try #require(throws: ReelError.self) { try take.move(to: .kept) }
            #expect(error.subject == directory.appending("takes").string)
            #expect(take.state == .kept)
            #expect(Directory.exists(take.path))
        }
    }
}
