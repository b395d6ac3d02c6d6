"""The dashboard: server-rendered pages on the service's own operations and permissions."""

from api.dashboard.application import PATH, Dashboard, lead_here

__all__ = ["PATH", "Dashboard", "lead_here"]
