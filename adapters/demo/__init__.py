"""Working days of a made-up city's office, to try Jalur out: who applies, who works, and what goes wrong."""
