"""The floor: the framework with a route that does nothing."""

from __future__ import annotations

from fastapi import FastAPI

app = FastAPI(openapi_url=None)


@app.get("/")
async def answer() -> dict[str, str]:
    """Return next to nothing."""
    return {"status": "ok"}
