"""The web: pages for the office's people and for citizens, and the HTTP API, over the application object."""
