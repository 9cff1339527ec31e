/// What went wrong on a servo bus and was noticed: kept so that a bad cable shows before it ends a take.
package struct BusCounters: Hashable, Sendable {
    /// Exchanges that were asked for: one read, write or ping each, a sync read once however many motors answer.
    package var exchanges = 0
    /// Replies that did not come, or came cut, within their time.
    package var lostReplies = 0
    /// Replies whose checksum was wrong.
    package var badChecksums = 0
    /// Bytes that belonged to no packet and were skipped.
    package var noiseBytes = 0
    /// Exchanges that were done again because the one before failed.
    package var retries = 0

    package init() {}

    package static func + (left: Self, right: Self) -> Self {
        var sum = left
        sum.exchanges += right.exchanges
        sum.lostReplies += right.lostReplies
        sum.badChecksums += right.badChecksums
        sum.noiseBytes += right.noiseBytes
        sum.retries += right.retries
        return sum
    }
}
