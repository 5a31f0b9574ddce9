"""Evidence bundles whose every claim a stranger can check."""
