"""Claims, findings and reports: what a verification says, without any sentence."""
