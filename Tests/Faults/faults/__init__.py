"""Breaks Reel in every way there is and counts what was lost: `make faults`."""
