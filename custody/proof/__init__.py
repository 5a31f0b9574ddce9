"""The mathematics of evidence: hashes, trees, signatures, stamps and the custody chain."""
