"""The bytes of a bundle: canonical form, strict readers, writers and limits."""
