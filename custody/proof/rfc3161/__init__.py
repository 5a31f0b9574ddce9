"""RFC 3161 timestamp tokens read and verified to a pinned root (bundle spec, "Time"; rules TS-1 to TS-20)."""
