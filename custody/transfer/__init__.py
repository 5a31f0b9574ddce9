"""The log after the seal: handing over, receiving, copying, and every other event that a holder writes."""
