"""The outside world: stores, files, registries, documents, messages, command line, composition root."""
