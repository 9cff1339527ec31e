import Testing

/// One after the other: the meter of system calls is there once.
@Suite("things cost what they may cost, whatever the machine's mood", .serialized)
enum BudgetTests {}
