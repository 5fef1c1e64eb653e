"""The electronic signature of documents: a local test authority behind the `Sealer` port."""

from adapters.signing.local import LocalAuthority

__all__ = ["LocalAuthority"]
