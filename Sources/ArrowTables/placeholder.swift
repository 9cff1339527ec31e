// ArrowTables
