"""The functions that a program calls: here, and in the command line, clock, randomness and disks come in."""
