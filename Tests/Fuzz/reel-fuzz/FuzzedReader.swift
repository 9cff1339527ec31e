import Glibc
import LeRobotDataset
import Media
import Platform
import RecordingTypes
import Spool
import SystemPackage

/// The readers of what may be damaged. An error of Reel's is an answer; a crash or a hang is a finding.
enum FuzzedReader: String, CaseIterable {
    case rows, frames, take, info

    /// Has the reader read these bytes to their end.
    func read(_ bytes: UnsafeRawBufferPointer, in stage: FuzzStage) {
        do {
            switch self {
            case .rows: try readRows(try stage.take(rows: bytes))
            case .take: try readRows(try stage.take(description: bytes))
            case .frames: try readFrames(try stage.frames(bytes))
            case .info: try readInfo(Array(bytes))
            }
        } catch is ReelError {
            return
        } catch {
            fatalError("\(rawValue): an error that is not Reel's: \(error)")
        }
    }

    private func readRows(_ take: Take) throws {
        let reader = try TakeReader(take: take)
        var index = 0
        while let row = try reader.next() {
            precondition(row.index == index, "row \(index) is numbered \(row.index)")
            index += 1
        }
    }

    private func readFrames(_ path: FilePath) throws {
        let reader = try FrameFileReader(path: path)
        var index = 0
        while let picture = try reader.next() {
            precondition(picture.index == index, "picture \(index) is numbered \(picture.index)")
            index += 1
            // A damaged one is known by its checksum; decoding it all the same must not crash.
            _ = try? picture.decode()
        }
    }

    private func readInfo(_ bytes: [UInt8]) throws {
        let info = try DatasetInfo(reading: bytes, subject: "info.json")
        let again = try DatasetInfo(reading: info.text, subject: "info.json")
        precondition(again.text == info.text, "what was read is written and says something else")
    }
}
