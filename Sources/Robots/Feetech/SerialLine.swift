package import Platform
package import RecordingTypes

/// A line to servos that bytes go out on and come in from; one thread uses it.
package protocol SerialLine: AnyObject {
    /// How the user named it: "/dev/ttyACM0".
    var name: String { get }

    /// The time that the line's deadlines are in.
    var now: MonotonicTime { get }

    /// Hands all bytes to the line; does not wait until they are on the wire.
    /// - Throws: `ReelError` naming the line: unplugged, or it takes nothing any more.
    func send(_ bytes: RawSpan) throws

    /// Waits for bytes until an instant and returns how many it put into the buffer; 0 when none came in time.
    /// - Throws: `ReelError` naming the line when it is unplugged.
    func receive(into buffer: UnsafeMutableRawBufferPointer, until deadline: MonotonicTime) throws -> Int

    /// Forgets what came in and was not read.
    func discardInput() throws

    /// Changes the speed, bits a second.
    func setBaudRate(_ rate: Int) throws

    /// Does nothing until an instant.
    func sleep(until instant: MonotonicTime)

    /// Gives the line back. Safe to call twice.
    func close()
}

extension SerialPort: SerialLine {
    package var now: MonotonicTime { .now }

    package func sleep(until instant: MonotonicTime) { instant.sleepUntil() }
}
