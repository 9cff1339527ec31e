import Glibc
import Platform
import RecordingTypes
import Spool
import SystemPackage
import Testing

@Suite("Two processes never change one spool")
struct SpoolClaimTests {
    @Test func anEncoderWithoutRecorderKeepsOthersOutAndIsNamed() throws {
        try withSpool { samples in
            let orphan = try samples.spool.lockEncoder()
            var told: [String] = []
            let error = #expect(throws: ReelError.self) {
                _ = try SpoolClaim(samples.spool, patience: .milliseconds(1)) { told.append($0) }
            }
            #expect(error?.kind == .busy)
            #expect(error?.description.contains("process \(getpid()) (\(CommandLine.arguments[0])") == true)
            #expect(error?.remedy?.contains("kill \(getpid())") == true)
            #expect(told.count == 1)
            withExtendedLifetime(orphan) {}
            // Refused, it lets go of what it had.
            _ = try samples.spool.lock()
        }
    }

    @Test func anEncoderThatFinishesIsWaitedFor() throws {
        try withSpool { samples in
            var orphan: SpoolLock? = try samples.spool.lockEncoder()
            let claim = try SpoolClaim(samples.spool, patience: .seconds(600)) { _ in orphan = nil }
            #expect(orphan == nil)
            #expect(throws: ReelError.self) { _ = try samples.spool.lockEncoder() }
            #expect(throws: ReelError.self) { _ = try samples.spool.lock() }
            withExtendedLifetime(claim) {}
        }
    }

    @Test func aRecorderLetsItsOwnEncoderWork() throws {
        try withSpool { samples in
            var claim = try SpoolClaim(samples.spool) { _ in }
            claim.letEncoderWork()
            let encoder = try samples.spool.lockEncoder()
            #expect(throws: ReelError.self) { _ = try samples.spool.lock() }
            withExtendedLifetime((claim, encoder)) {}
        }
    }

    @Test func leftoversGoAndNothingElse() throws {
        try withSpool { samples in
            var kept = try samples.record(2, number: 1)
            try kept.move(to: .kept)
            let gone = try samples.record(1, number: 2)
            for directory in [kept.encodedPath, gone.encodedPath] {
                try Directory.create(directory)
                try overwrite(directory.appending("front.mp4"), with: [1])
                try overwrite(directory.appending("front.mp4.partial"), with: [1])
            }
            try File.remove(gone.path)
            try overwrite(samples.spool.reservePath, with: [1, 2])
            try overwrite(samples.spool.path.appending("session.json.partial"), with: [1])
            try overwrite(kept.path.appending("take.json.partial"), with: [1])
            let before = try kept.info()
            for _ in 1...2 {
                try samples.spool.removeLeftovers()
                #expect(try Directory.names(in: samples.spool.path) == ["encoded", "session.json", "takes"])
                #expect(try Directory.names(in: samples.spool.path.appending("encoded")) == ["000001"])
                #expect(try Directory.names(in: kept.encodedPath) == ["front.mp4"])
                #expect(try !Directory.names(in: kept.path).contains { $0.hasSuffix(".partial") })
                #expect(try kept.info() == before)
            }
        }
    }
}
