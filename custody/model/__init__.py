"""Frozen values that every layer speaks: instants, keys and identities, items, events."""
