"""History: another system's cases, read from XES or CSV by a map, kept beside the live work, and given back."""

from adapters.history.exporting import export_csv, export_xes
from adapters.history.importing import ImportResult, import_history
from adapters.history.kept import KeptLog, kept_cases, kept_log, kept_logs, last_event
from adapters.history.mapfile import load_map
from adapters.history.source import Limits, Progress

__all__ = [
    "ImportResult",
    "KeptLog",
    "Limits",
    "Progress",
    "export_csv",
    "export_xes",
    "import_history",
    "kept_cases",
    "kept_log",
    "kept_logs",
    "last_event",
    "load_map",
]
