#pragma once
// Filled by the ArrowTables work.
