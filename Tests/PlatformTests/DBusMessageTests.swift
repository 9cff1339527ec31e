import TestSupport
import Testing

@testable import Platform

@Suite("D-Bus messages are written as the specification has them, and read without trusting a length in them")
struct DBusMessageTests {
    private let hello = DBusMessage.Call(
        destination: "org.freedesktop.DBus", path: "/org/freedesktop/DBus", interface: "org.freedesktop.DBus",
        method: "Hello")

    @Test func aCallHasItsFieldsAtMultiplesOfEight() throws {
        let bytes = hello.encoded(serial: 1)
        #expect(bytes.count % 8 == 0)
        let start: [UInt8] = [0x6C, 1, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0]
        #expect(Array(bytes[..<12]) == start)
        // The path: field 1, an object path of 21 bytes.
        let path: [UInt8] = [1, 1, 0x6F, 0, 21, 0, 0, 0]
        #expect(Array(bytes[16..<24]) == path)
        #expect(try DBusMessage.length(of: bytes) == bytes.count)
        let read = try DBusMessage.Incoming(bytes)
        #expect(read.kind == .call)
        #expect(read.value == nil)
    }

    @Test func aWideArgumentLiesAtAMultipleOfItsWidth() throws {
        var call = hello
        call.arguments = [.string("abcd"), .uint64(7), .uint32(1)]
        let bytes = call.encoded(serial: 2)
        // A length, five bytes with the zero at the end, seven to the next multiple of 8, two numbers.
        let text: [UInt8] = [4, 0, 0, 0, 97, 98, 99, 100, 0, 0, 0, 0, 0, 0, 0, 0]
        let numbers: [UInt8] = [7, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0]
        #expect(Array(bytes.suffix(28)) == text + numbers)
        #expect(try DBusMessage.Incoming(bytes).value == .text("abcd"))
    }

    /// Every length cut short, and bytes changed at random: an error or a message, never a trap.
    @Test func whateverComesIsReadOrRefused() throws {
        var call = hello
        call.arguments = [.string("org.freedesktop.RealtimeKit1"), .string("RTTimeUSecMax")]
        let whole = call.encoded(serial: 9)
        for count in 0..<whole.count {
            let cut = Array(whole[..<count])
            #expect(throws: DBusMessage.Malformed.self) { try DBusMessage.Incoming(cut) }
        }
        var random = SeededRandom(seed: 11)
        for _ in 0..<20_000 {
            var bytes = whole
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let index = Int.random(in: bytes.indices, using: &random)
                bytes[index] = UInt8.random(in: 0...255, using: &random)
            }
            _ = try? DBusMessage.length(of: bytes)
            _ = try? DBusMessage.Incoming(bytes)
        }
    }

    @Test func addressesOfABusAreReadInOrder() {
        let paths = SystemBus.socketPaths(in: "tcp:host=a;unix:path=/run/a%2cb,guid=1;unix:abstract=x;unix:tmpdir=/tmp")
        let expected: [[UInt8]] = [Array("/run/a,b".utf8), [0, 0x78]]
        #expect(paths == expected)
    }
}
