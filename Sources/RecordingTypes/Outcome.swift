/// What the operator says of a take: whether the task was done.
package enum Outcome: String, Codable, Sendable, CaseIterable {
    case success, failure
}
