import CLinux
import RecordingTypes

/// The system service that makes threads of ordinary users real-time (org.freedesktop.RealtimeKit1), where somebody sits
/// at the machine: sound servers ask it too. Its terms: a thread that computes for long without a pause loses that or its
/// process (RLIMIT_RTTIME), and threads that it starts are ordinary ones.
enum RealtimeKit {
    /// How long it may take in all, connecting included.
    static let patience: Duration = .seconds(1)
    /// Microseconds that a real-time thread must be allowed at least: a tick under a debugger's eye takes some.
    static let leastTime: Int64 = 20_000

    /// Asks it for the lowest real-time priority for the calling thread, which `reel_guard_real_time` guards.
    /// - Throws: why there is none, for people.
    static func makeRealTime() throws(Refusal) {
        do {
            var bus = try SystemBus.connect(deadline: .now + patience)
            guard try number("MaxRealtimePriority", &bus) >= 1 else {
                throw Refusal("RealtimeKit gives no real-time priority (MaxRealtimePriority is below 1)")
            }
            let longest = try number("RTTimeUSecMax", &bus)
            guard longest >= leastTime else {
                throw Refusal("RealtimeKit wants RLIMIT_RTTIME at \(longest) µs or less, which is too short")
            }
            // For this whole process from now on, and for what it starts.
            try ThreadPriority.limitRealTime(to: longest)
            _ = try bus.call(
                DBusMessage.Call(
                    destination: name, path: path, interface: name, method: "MakeThreadRealtime",
                    arguments: [.uint64(UInt64(reel_thread_number())), .uint32(1)]))
        } catch let refusal as Refusal {
            throw refusal
        } catch let failure as SystemBus.Failure {
            throw Refusal(words(for: failure))
        } catch {
            throw Refusal("\(error)")
        }
        guard ThreadScheduling.current.isRealTime else {
            throw Refusal("RealtimeKit said yes, and yet the thread is no real-time one")
        }
    }

    /// Why it is not so, for people.
    struct Refusal: Error {
        var text: String
        init(_ text: String) { self.text = text }
    }

    private static let name = "org.freedesktop.RealtimeKit1"
    private static let path = "/org/freedesktop/RealtimeKit1"

    private static func number(_ property: String, _ bus: inout SystemBus) throws -> Int64 {
        let value = try bus.call(
            DBusMessage.Call(
                destination: name, path: path, interface: "org.freedesktop.DBus.Properties", method: "Get",
                arguments: [.string(name), .string(property)]))
        guard case .number(let number) = value, let number = Int64(exactly: number) else {
            throw Refusal("RealtimeKit does not say its \(property)")
        }
        return number
    }

    private static func words(for failure: SystemBus.Failure) -> String {
        switch failure {
        case .notThere(let cause): "no system bus (\(cause))"
        case .silent(let who): "\(who) did not answer within \(Int(patience.seconds)) s"
        case .closed: "the system bus closed the connection"
        case .malformed: "the system bus answered with what is no D-Bus message"
        case .unwelcome(let cause): "the system bus takes no connection: \(cause)"
        case .refused(let name, let message):
            if name == "org.freedesktop.DBus.Error.ServiceUnknown"
                || name == "org.freedesktop.DBus.Error.NameHasNoOwner"
            {
                "RealtimeKit is not there"
            } else {
                "RealtimeKit refused: \((message.isEmpty ? name : message).printable)"
            }
        }
    }
}
