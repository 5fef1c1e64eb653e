"""What comes in from outside as a file: opened to see what it is, reduced, and looked through for viruses."""
