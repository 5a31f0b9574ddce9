"""What a verifier accepts: identities, key sets, roles, thresholds and time authorities."""
