import CTickMeter
import Platform
import PreviewBoard
import RecordingTypes
import Robots
import Spool
import SystemPackage
import Synchronization
import Testing

@testable import Recording

extension BudgetTests {
    @Suite("a tick")
    struct Ticks {
        private static let ticks = 60
        /// Ticks in which storage that is used again and again gets its size.
        private static let settling = 10

        /// What ticks cost, one after the other, once the loop has settled.
        private struct Costs {
            var allocations: [UInt64] = []
            var releases: [UInt64] = []
            var calls: [UInt64] = []
            /// Why calls were not counted, where they were not.
            var refusal: Errno?
            var rows = 0
            var ending: TakeEnding?
        }

        /// Records one take on a thread of its own, with somebody who takes the rows out of the ring.
        private func record(
            _ arm: any Robot, _ leader: any Teleoperator, cameras: Int = 3, wastes: Bool = false,
            countsCalls: Bool = false, isWatched: Bool = false
        ) -> Costs {
            let fps = 200
            let cameras = (0..<cameras).map { PreparedCamera("camera\($0)", count: Self.ticks + 20) }
            let status = SessionStatus(fps: fps, episodeCount: 1, cameraNames: cameras.map(\.name))
            let intake = Self.intake(arm, leader, cameras: cameras.map(\.name))
            let draining = OwnThread(name: "drain") {
                var isOpen = true
                while isOpen {
                    intake.ring.pop { if case .message(.close) = $0 { isOpen = false } }
                }
            }
            let isOver = Atomic<Bool>(false)
            let watching = OwnThread(name: "watch") {
                // Holds on to what it saw, as who draws it does.
                var seen: [SessionSnapshot] = []
                while isWatched && !isOver.load(ordering: .relaxed) { seen = seen.suffix(9) + [status.current] }
                withExtendedLifetime(seen) {}
            }
            let metered = MeteredArm(arm, ticks: Self.ticks, wastes: wastes)
            // A board is there in every session, whoever looks at it.
            let preview = try? PreviewBoard(
                description: [], observed: arm.observationNames.count, asked: leader.actionNames.count,
                pictureCapacities: cameras.map { _ in 64 })
            let loop = ControlLoop(
                robot: metered, teleoperator: leader, cameras: cameras,
                // The pictures were made before the first tick, and a busy machine takes its time.
                staleLimits: cameras.map { _ in .seconds(3600) }, fps: fps, intake: intake,
                input: OperatorInput(), status: status, preview: preview)
            let stage = Stage(loop: loop)
            let thread = OwnThread(name: "control") {
                if countsCalls { stage.refusal = tick_meter_count_calls() }
                stage.result = stage.loop.record(take: 1, start: .now + .milliseconds(20), rowLimit: Self.ticks)
            }
            thread.join()
            isOver.store(true, ordering: .relaxed)
            watching.join()
            intake.ring.push(.close)
            draining.join()
            let readings = metered.readings[min(Self.settling, metered.count)..<metered.count]
            var costs = Costs(ending: stage.result?.ending)
            for (before, after) in zip(readings, readings.dropFirst()) {
                costs.allocations.append(after.allocations - before.allocations)
                costs.releases.append(after.releases - before.releases)
                costs.calls.append(after.calls - before.calls)
            }
            if stage.refusal != 0 { costs.refusal = Errno(rawValue: stage.refusal) }
            // Rows of missed ticks are handed over like others.
            costs.rows = Self.ticks - Self.settling
            return costs
        }

        /// One whose ring the test empties itself.
        private static func intake(
            _ arm: any Robot, _ leader: any Teleoperator, cameras: [String]
        ) -> TakeIntake {
            let format = CameraFormat(width: 2, height: 2, fps: 30, pixelFormat: .gray)
            return TakeIntake(
                spool: SpoolDirectory(root: "/nowhere"),
                session: SessionDescription(
                    robotType: arm.robotType, fps: 30, observation: .observation(arm.observationNames),
                    action: .action(leader.actionNames),
                    cameras: cameras.map {
                        .init(name: $0, format: format, target: .video(VideoEncoderSettings(kind: .h264)))
                    }, repoID: "me/test"),
                settings: TakeIntake.Settings(task: "t", capacity: 1_000_000), onCommand: { _ in }, onEvent: { _ in })
        }

        /// What the measuring thread works on, and what came of it.
        private final class Stage: @unchecked Sendable {  // Used by one thread after the other.
            let loop: ControlLoop
            var refusal: Int32 = 0
            var result: ControlLoop.TakeResult?

            init(loop: ControlLoop) { self.loop = loop }
        }

        @Test("the control loop allocates nothing in a tick")
        func allocations() {
            let costs = record(StillArm(), StillArm())
            #expect(costs.ending?.reason == .timeUp)
            #expect(!costs.allocations.isEmpty)
            #expect(costs.allocations.allSatisfy { $0 == 0 }, "allocations tick by tick: \(costs.allocations)")
        }

        @Test("it gives nothing back either: the pictures, which the cameras hold no more, go with the writer")
        func releases() {
            let costs = record(StillArm(), StillArm())
            #expect(costs.ending?.reason == .timeUp)
            #expect(!costs.releases.isEmpty)
            #expect(costs.releases.allSatisfy { $0 == 0 }, "releases tick by tick: \(costs.releases)")
        }

        @Test("neither when somebody looks at the status all the time")
        func watched() {
            let costs = record(StillArm(), StillArm(), isWatched: true)
            #expect(costs.ending?.reason == .timeUp)
            #expect(!costs.allocations.isEmpty)
            #expect(costs.allocations.allSatisfy { $0 == 0 }, "allocations tick by tick: \(costs.allocations)")
            #expect(costs.releases.allSatisfy { $0 == 0 }, "releases tick by tick: \(costs.releases)")
        }

        @Test("nor does it with two SO-101 on their buses")
        func allocationsWithArms() throws {
            let arms = try ArmPair()
            defer { arms.disconnect() }
            let costs = record(arms.follower, arms.leader)
            #expect(costs.ending?.reason == .timeUp)
            #expect(!costs.allocations.isEmpty)
            #expect(costs.allocations.allSatisfy { $0 == 0 }, "allocations tick by tick: \(costs.allocations)")
        }

        @Test("the loop sleeps and wakes the writer: two system calls a tick and no more", .countsSystemCalls)
        func systemCalls() throws {
            let costs = record(StillArm(), StillArm(), countsCalls: true)
            #expect(costs.refusal == nil)
            let calls = costs.calls.reduce(0, +)
            #expect(calls > 0)
            #expect(calls <= 2 * UInt64(costs.rows), "system calls tick by tick: \(costs.calls)")
        }

        @Test("the meter finds an allocation that a tick makes")
        func meter() {
            let costs = record(StillArm(), StillArm(), wastes: true)
            #expect(!costs.allocations.isEmpty)
            #expect(costs.allocations.allSatisfy { $0 >= 1 }, "allocations tick by tick: \(costs.allocations)")
            #expect(costs.releases.allSatisfy { $0 >= 1 }, "releases tick by tick: \(costs.releases)")
        }

        @Test("the meter finds a system call that a tick makes", .countsSystemCalls)
        func meterOfCalls() {
            let costs = record(StillArm(), StillArm(), wastes: true, countsCalls: true)
            #expect(costs.refusal == nil && !costs.calls.isEmpty)
            #expect(tick_meter_calls_of(Int32(tick_meter_getppid)) >= UInt64(costs.calls.count))
        }
    }
}
