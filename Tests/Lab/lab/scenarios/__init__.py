"""Each file is a scenario: ABOUT says what it is, `run(guest)` does it inside the machine."""
