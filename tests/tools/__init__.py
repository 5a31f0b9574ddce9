"""Builders that several tests and the vectors share."""
