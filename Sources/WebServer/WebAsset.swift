import CWebAssets
import Platform
import SystemPackage

/// Files of the pages, built into the program.
package enum WebAsset {
    /// The file of this name: "viewer.html". From the directory REEL_PAGES where that is set, for who works on the pages.
    package static func response(_ name: String, for request: WebRequest) -> WebResponse {
        for place in 0..<Int(reel_web_asset_count) {
            let asset = reel_web_asset(Int32(place)).pointee
            let path = String(cString: asset.path)
            guard path == name || path.hasSuffix("/\(name)") else { continue }
            let type = String(cString: asset.type)
            // What is another project's is not there.
            if let directory = Program.variable("REEL_PAGES"), File.exists(FilePath(directory).appending(path)) {
                do {
                    return WebResponse(200, type: type, try File.read(FilePath(directory).appending(path)))
                } catch {
                    return .text(404, "\(error)")
                }
            }
            let bytes = Array(UnsafeBufferPointer(start: asset.bytes, count: Int(asset.count)))
            return .tagged(
                String(bytes.withUnsafeBytes { Checksum(of: $0).value }, radix: 16), type: type, bytes, for: request)
        }
        return .notFound
    }
}
