"""Carrying a bundle: into a zip, out of a zip, and into working copies under the original names."""
