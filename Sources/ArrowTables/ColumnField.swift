/// A column's name and type.
package struct ColumnField: Hashable, Sendable {
    package var name: String
    package var type: ColumnType
    /// Whether it may hold nulls. True unless said otherwise, as in pyarrow.
    package var nullable: Bool

    package init(_ name: String, _ type: ColumnType, nullable: Bool = true) {
        self.name = name
        self.type = type
        self.nullable = nullable
    }
}
