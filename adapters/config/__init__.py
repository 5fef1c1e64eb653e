"""Config files: read, checked all at once, and turned into what the domain and the lanes work with."""
