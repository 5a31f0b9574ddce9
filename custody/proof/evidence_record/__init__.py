"""RFC 4998 evidence records: one token for many bundles, and the renewal of tokens (rules ER-0 to ER-11)."""
