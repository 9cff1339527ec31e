import Testing

@testable import LeRobotDataset

@Suite("Where a disk has no room for a while, the message names more than is free")
struct SpareSpaceTests {
    @Test(arguments: [(bytes: 0, free: 29 << 20), (bytes: 1, free: 64 << 20), (bytes: 100 << 20, free: 163 << 20)])
    func theReserveIsInTheNumber(bytes: Int, free: Int) throws {
        let numbers = try #require(SpareSpace.shortage(bytes, free: free)).split(separator: " ").compactMap { Int($0) }
        #expect(numbers.count == 3)
        #expect(numbers[0] > numbers[2])
    }

    @Test func whatFitsIsNoShortage() {
        #expect(SpareSpace.shortage(100 << 20, free: 164 << 20) == nil)
    }
}
