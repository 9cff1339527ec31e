import ArrowTables
import RecordingTypes
import SystemPackage

/// Checks images in the data files: that each row of the sampled episodes has a PNG of the size that info.json says.
/// Their pixels are not decoded.
struct ImageCheck {
    let info: DatasetInfo
    let layout: DatasetLayout
    let rows: [EpisodeRow]
    let pictures: DatasetCheck.Pictures
    private(set) var findings: [Finding] = []

    init(info: DatasetInfo, layout: DatasetLayout, rows: [EpisodeRow], pictures: DatasetCheck.Pictures) {
        self.info = info
        self.layout = layout
        self.rows = rows
        self.pictures = pictures
    }

    mutating func run() {
        for feature in info.imageFeatures {
            for row in rows where pictures.include(row.index, of: rows.count) {
                do {
                    try check(feature, row, layout.data(row.data))
                } catch {
                    findings.append(
                        Finding(.error, file: "data/\(row.data.name).parquet", episode: row.index, error.cause))
                }
            }
        }
    }

    private mutating func check(_ feature: Feature, _ row: EpisodeRow, _ path: FilePath) throws {
        let reader = try ParquetReader.open(path)
        for group in 0..<reader.rowGroupCount {
            let episodes = try reader.readRowGroup(group, columns: ["episode_index"]).int64s("episode_index")
            guard episodes.contains(Int64(row.index)) else { continue }
            let table = try reader.readRowGroup(group, columns: ["frame_index", feature.name])
            guard case .structure(let fields)? = table[feature.name], case .binary(let images)? = fields.first else {
                return add(row, path, "\(feature.name) is no column of images")
            }
            let frames = try table.int64s("frame_index")
            for (index, image) in images.enumerated() where episodes[index] == row.index {
                guard let problem = Self.problem(image, feature) else { continue }
                return add(row, path, "\(feature.name) of row \(frames[index]): \(problem)")
            }
        }
    }

    private mutating func add(_ row: EpisodeRow, _ path: FilePath, _ problem: String) {
        findings.append(Finding(.error, file: layout.name(of: path), episode: row.index, problem))
    }

    /// What is wrong with a PNG's beginning (signature, and the header with the size) or its end; nil when nothing is.
    private static func problem(_ image: [UInt8], _ feature: Feature) -> String? {
        guard image.count > 45, image.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) else {
            return "it is no PNG"
        }
        func number(_ start: Int) -> Int { image[start..<start + 4].reduce(0) { $0 << 8 | Int($1) } }
        let (width, height) = (number(16), number(20))
        guard [height, width] == [feature.height, feature.width] else {
            return "it is \(width)×\(height), info.json says \(feature.width)×\(feature.height)"
        }
        return image.suffix(8).starts(with: Array("IEND".utf8)) ? nil : "the PNG is cut short"
    }
}
