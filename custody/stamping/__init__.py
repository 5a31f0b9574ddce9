"""Getting proofs of time and keeping them: stamps over what is sealed, anchors before sealing, renewals."""
