"""The web service: contracts in, reports out, everything encrypted at rest.

create_app(settings) -> FastAPI      the application; nothing is opened before it starts
"""

from __future__ import annotations

from api.web.app import create_app

__all__ = ["create_app"]
