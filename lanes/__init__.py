"""The application: what people and timers do in a lane, over ports that adapters fill."""
