"""Made-up event logs for the history tests: small, with every kind of thing that XES can say."""

from __future__ import annotations

import gzip
import os
from pathlib import Path

from domain.history_map import HistoryMap

MAPPING = HistoryMap.model_validate(
    {
        "case": "concept:name",
        "lane": {"attribute": "channel", "online": ["Web"], "manual": ["Counter", "Letter"]},
        "activity": "concept:name",
        "person": "org:resource",
        "timestamp": {"attribute": "time:timestamp", "zone": "Asia/Makassar"},
        "deadline": {"attribute": "due", "zone": "Asia/Makassar"},
    }
)

CSV_MAPPING = HistoryMap.model_validate(
    {
        "case": "Nomor",
        "lane": {"attribute": "Kanal", "online": ["Web"], "manual": ["Loket"]},
        "activity": "Kegiatan",
        "person": "Petugas",
        "timestamp": {"attribute": "Waktu", "format": "%d-%m-%Y %H:%M", "zone": "Asia/Makassar"},
        "deadline": {"attribute": "Batas", "format": "%d-%m-%Y", "zone": "Asia/Makassar"},
    }
)

XES = """<?xml version="1.0" encoding="UTF-8"?>
<!-- made up -->
<log xes.version="1849.2016" xes.features="nested-attributes" xmlns="http://www.xes-standard.org/">
  <extension name="Concept" prefix="concept" uri="http://www.xes-standard.org/concept.xesext"/>
  <extension name="Time" prefix="time" uri="http://www.xes-standard.org/time.xesext"/>
  <global scope="trace"><string key="concept:name" value="UNKNOWN"/></global>
  <global scope="event"><date key="time:timestamp" value="1970-01-01T00:00:00.000+08:00"/></global>
  <classifier name="Activity" keys="concept:name"/>
  <classifier name="By person" scope="event" keys="concept:name org:resource"/>
  <float key="average" value="2.5E0"><int key="Group 1" value="2"><boolean key="sure" value="true"/></int></float>
  <trace>
    <string key="concept:name" value="case-1"/>
    <string key="channel" value="Web"/>
    <date key="due" value="2026-03-03T09:00:00.000+08:00"/>
    <list key="papers"><values><string key="paper" value="KK &amp; KTP"/>
      <string key="paper" value="F-1.02"/></values></list>
    <event>
      <string key="concept:name" value="Receive"/>
      <string key="org:resource" value="Sari"/>
      <date key="time:timestamp" value="2026-03-02T09:00:00.000+08:00"/>
      <string key="note" value="two&#10;lines, a &quot;quote&quot; and a tab:&#9;."/>
      <id key="identity:id" value="6f1d2c9e-0000-4000-8000-000000000001"/>
    </event>
    <event>
      <string key="concept:name" value="Approve"/>
      <date key="time:timestamp" value="2026-03-02T03:30:00.123456789Z"/>
    </event>
  </trace>
  <trace>
    <string key="channel" value="Counter"/>
    <string key="concept:name" value="case-2"/>
    <date key="due" value="2026-03-03T09:00:00"/>
    <event>
      <date key="time:timestamp" value="2026-03-02T09:00:00"/>
      <string key="concept:name" value="Receive"/>
      <string key="org:resource" value="Budi"/>
    </event>
    <event>
      <string key="concept:name" value="Approve"/>
      <string key="org:resource" value="Sari"/>
      <date key="time:timestamp" value="2026-03-04T09:00:00+08:00"/>
    </event>
  </trace>
  <trace>
    <string key="concept:name" value="case-3"/>
    <string key="channel" value="Letter"/>
  </trace>
</log>
"""

CSV = """Nomor,Kanal,Kegiatan,Petugas,Waktu,Batas,Catatan
P-1,Web,Terima,Sari,02-03-2026 08:00,05-03-2026,"satu, ""dua""
tiga"
P-2,Loket,Terima,Budi,02-03-2026 08:05,,=1+1
P-1,Web,Setujui,,02-03-2026 10:00,06-03-2026,-5
P-2,Loket,Setujui,Sari,03-03-2026 08:05,,
"""


def written(path: Path, text: str, *, encoding: str = "utf-8") -> Path:
    """Write a log to a file, compressed if the name says so."""
    content = text.encode(encoding)
    path.write_bytes(gzip.compress(content) if path.suffix == ".gz" else content)
    return path


def receipt_log() -> Path | None:
    """The municipality's real log, where this machine has it: JALUR_RECEIPT_LOG, or beside the repository."""
    beside = Path(__file__).parents[3] / "shared" / "data" / "receipt.xes.gz"
    path = Path(os.environ.get("JALUR_RECEIPT_LOG", beside))
    return path if path.is_file() else None
