"""HL7 v2 over the wire (MLLP, release 1): frames in, each kept and committed, then answered."""
