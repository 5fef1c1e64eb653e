"""The office's documents as PDF/A, one typst template per product, behind the `DocumentMaker` port."""

from adapters.documents.maker import TypstDocuments

__all__ = ["TypstDocuments"]
