import RecordingTypes
import Robots
import Simulation
import Testing

@Suite("The servo bus gets its answers, or says which motor did not answer")
struct FeetechBusTests {
    static let ids: [UInt8] = [1, 2, 3, 4, 5, 6]

    @Test func readsWritesAndPings() throws {
        let line = ServoLine()
        let bus = FeetechBus(line: line)
        #expect(try Self.ids.allSatisfy { try bus.ping($0) })
        #expect(try !bus.ping(7))
        #expect(try bus.read(.modelNumber, from: 3) == 777)
        try bus.write(0, to: .lock, of: 3)
        try bus.write(-1234, to: .homingOffset, of: 3)
        #expect(try bus.read(.homingOffset, from: 3) == -1234)
        #expect(line.chain.servos[2][.homingOffset] == -1234)
    }

    @Test func readsAndWritesAllAtOnceWithOnePacketEach() throws {
        let line = ServoLine()
        let bus = FeetechBus(line: line)
        var values: [Int] = []
        try bus.syncRead(.presentPosition, from: Self.ids, into: &values)
        #expect(values == line.chain.servos.map { $0[.presentPosition] })
        for id in Self.ids { try bus.write(1, to: .torqueEnable, of: id) }
        let before = line.sent.count
        try bus.syncWrite([2000, 2001, 2002, 2003, 2004, 2005], to: .goalPosition, of: Self.ids)
        #expect(line.chain.servos.map { $0[.goalPosition] } == [2000, 2001, 2002, 2003, 2004, 2005])
        #expect(line.sent.count == before + 1)
    }

    @Test("a reply that comes byte by byte, or behind old bytes, is the same reply")
    func repliesArriveInAnyPieces() throws {
        for chunk in [1, 3, 7] {
            let line = ServoLine()
            line.chunk = chunk
            let bus = FeetechBus(line: line)
            line.incoming = [0xFF, 0xFF, 0x01, 0x04, 0x00]
            var values: [Int] = []
            try bus.syncRead(.presentPosition, from: Self.ids, into: &values)
            #expect(values == line.chain.servos.map { $0[.presentPosition] })
            #expect(bus.counters.lostReplies == 0)
        }
    }

    @Test("lost replies, flipped bits and noise: read again, counted, and never a wrong value")
    func survivesABadCable() throws {
        let faults = try ServoFaults("lose=40,flip=40,noise=10,seed=3")
        let line = ServoLine(faults: faults)
        let bus = FeetechBus(line: line)
        let truth = ServoLine().chain.servos.map { $0[.presentPosition] }
        var failures = 0
        for _ in 0..<2000 {
            var values: [Int] = []
            do {
                try bus.syncRead(.homingOffset, from: Self.ids, into: &values, retries: 3)
                #expect(values == line.chain.servos.map { $0[.homingOffset] })
            } catch {
                failures += 1
            }
        }
        // Each attempt fails with about 1 - 0.95^6 = 26 %: four in a row do with half a percent.
        #expect(failures < 40)
        #expect(truth.count == 6)
        #expect(bus.counters.exchanges == 2000)
        #expect(bus.counters.retries > 300 && bus.counters.lostReplies > 300)
        #expect(bus.counters.badChecksums > 50 && bus.counters.noiseBytes > 500)
    }

    @Test("a lost reply costs LeRobot's time at most: the bytes, three more, and 50 ms")
    func timeoutsAreLeRobots() throws {
        let line = ServoLine(faults: try ServoFaults("drop=6@0"))
        let bus = FeetechBus(line: line)
        let before = line.now
        var values: [Int] = []
        #expect(throws: ReelError.self) { try bus.syncRead(.presentPosition, from: Self.ids, into: &values) }
        // 14 bytes out, 48 bytes in.
        #expect((line.now - before) <= .microseconds((14 + 48 + 3) * 10 + 50_000))
        #expect((line.now - before) > .milliseconds(50))
    }

    @Test("when the last motor has answered, nobody waits for one before it")
    func aReplyThatCannotComeAnyMoreIsNotWaitedFor() throws {
        let line = ServoLine(faults: try ServoFaults("drop=3@0"))
        let bus = FeetechBus(line: line, labels: [3: "elbow_flex"])
        let before = line.now
        var values: [Int] = []
        let error = #expect(throws: ReelError.self) {
            try bus.syncRead(.presentPosition, from: Self.ids, into: &values)
        }
        #expect((line.now - before) < .milliseconds(10))
        #expect(error?.cause.contains("3 (elbow_flex)") == true)
        #expect(error?.subject == "/dev/servos")
    }

    @Test("a reply that comes too late is not taken for the answer to the next question")
    func lateRepliesAreLetPass() throws {
        let line = ServoLine()
        let bus = FeetechBus(line: line)
        line.delays = [.milliseconds(52), .milliseconds(3)]
        #expect(throws: ReelError.self) { try bus.read(.firmwareMajor, from: 1) }
        #expect(try bus.read(.firmwareMinor, from: 1) == line.chain.servos[0][.firmwareMinor])
    }

    @Test func aComplaintFailsAReadButNotAReadOfAll() throws {
        let line = ServoLine(faults: try ServoFaults("overload=6@0"))
        let bus = FeetechBus(line: line)
        var values: [Int] = []
        try bus.syncRead(.presentPosition, from: Self.ids, into: &values)
        #expect(bus.complaints == [6: .overload])
        let error = #expect(throws: ReelError.self) { try bus.read(.presentPosition, from: 6) }
        #expect(error?.cause == "it is overloaded")
    }

    @Test func aPulledCableIsSaidAtOnce() {
        let line = ServoLine()
        let bus = FeetechBus(line: line)
        line.isUnplugged = true
        let before = line.now
        var values: [Int] = []
        #expect(throws: ReelError.self) {
            try bus.syncRead(.presentPosition, from: Self.ids, into: &values, retries: 5)
        }
        #expect(line.now == before)
    }

    @Test func valuesThatDoNotFitAreRefused() {
        let bus = FeetechBus(line: ServoLine())
        #expect(throws: ReelError.self) { try bus.write(2048, to: .homingOffset, of: 1) }
        #expect(throws: ReelError.self) { try bus.syncWrite([-40000], to: .goalPosition, of: [1]) }
    }

    @Test func aNewMotorGetsItsIdAndSpeed() throws {
        for rate in [1_000_000, 115_200, 19_200] {
            let line = ServoLine()
            line.chain.unplugAll(but: .gripper, id: 1, baudRate: rate)
            let bus = FeetechBus(line: line)
            #expect(
                try bus.setUpOnlyMotor(as: ArmJoint.gripper.motorID) == FeetechBus.FoundMotor(id: 1, baudRate: rate))
            #expect(try bus.ping(6) && line.baudRate == 1_000_000)
            // For good: also after a power cut.
            line.chain.cutPower()
            #expect(try bus.ping(6))
        }
    }

    @Test func settingUpRefusesSeveralMotorsAndNone() throws {
        let several = #expect(throws: ReelError.self) {
            try FeetechBus(line: ServoLine()).setUpOnlyMotor(as: ArmJoint.gripper.motorID)
        }
        #expect(several?.cause.hasPrefix("6 motors answer") == true)
        let line = ServoLine()
        for id: UInt8 in 1...6 {
            line.chain.withServo(id) {
                $0[.baudRate] = 77; $0[.id] = 0xFE
            }
        }
        #expect(throws: ReelError.self) { try FeetechBus(line: line).setUpOnlyMotor(as: ArmJoint.gripper.motorID) }
    }

    @Test func everybodyAnswersABroadcast() throws {
        let bus = FeetechBus(line: ServoLine())
        #expect(try bus.broadcastPing() == Self.ids)
    }
}
