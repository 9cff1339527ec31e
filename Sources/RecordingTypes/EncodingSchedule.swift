/// When a take is encoded. The work is the same; only the moment differs, and no moment makes the operator wait.
package enum EncodingSchedule: Hashable, Codable, Sendable {
    /// While it is still being recorded (`--dataset.streaming_encoding=true`).
    case streaming
    /// As soon as `size` takes wait (`--dataset.video_encoding_batch_size`); 1 is each take as it ends.
    case batches(of: Int)
}
