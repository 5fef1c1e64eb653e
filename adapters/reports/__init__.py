"""Reports as one HTML file that can be mailed: nothing in it is fetched, and nothing in it runs."""

from adapters.reports.page import Source, report_page

__all__ = ["Source", "report_page"]
