"""What the store keeps beside dossiers and tasks, each kind with the port by which it is read and written."""
