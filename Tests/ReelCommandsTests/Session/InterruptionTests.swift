import Platform
import Testing

@testable import ReelCommands

@Suite("A command that was interrupted ends with the status of what interrupted it")
struct InterruptionTests {
    @Test(arguments: [(InterruptSignals.Signal.interrupt, 130), (.terminate, 143), (.hangUp, 129)])
    func status(signal: InterruptSignals.Signal, status: Int) throws {
        let interruption = try Interruption()
        interruption.ask(by: signal)
        // A second one changes nothing.
        interruption.ask(by: .interrupt)
        #expect(interruption.isAsked && Int(interruption.exitStatus) == status)
    }
}
