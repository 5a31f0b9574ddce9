"""The only code that touches disks."""
