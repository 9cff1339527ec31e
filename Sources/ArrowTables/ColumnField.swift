/// A column's name and type.
package struct ColumnField: Hashable, Sendable {
    package var name: String
    package var type: ColumnType
    /// Whether it may hold nulls. True unless said otherwise, as in pyarrow.
    package var nullable: Bool
    /// Of the column alone. Written, and not read.
    package var metadata: [String: String]

    package init(_ name: String, _ type: ColumnType, nullable: Bool = true, metadata: [String: String] = [:]) {
        self.name = name
        self.type = type
        self.nullable = nullable
        self.metadata = metadata
    }
}
