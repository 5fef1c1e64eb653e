"""The civil register (SIAK) behind the office: made up for trying Jalur out, or a real one over HTTP."""
