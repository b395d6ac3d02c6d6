"""The version of the product; a report names it as ``engine_version``."""

ENGINE_VERSION = "0.1.0"
