"""The OpenAPI document and the migrations tell what is there."""

from __future__ import annotations

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from api.service.caller import Role
from api.settings import Settings
from api.store.database import Database
from api.store.schema import METADATA
from tests.api.running import Running


def test_migrations_make_the_tables_that_the_code_uses(settings: Settings) -> None:
    database = Database(settings.database) if settings.database_url else Database("sqlite://")
    database.migrate(lambda _owners: {})
    database.migrate(lambda _owners: {})
    with database.write() as connection:
        assert compare_metadata(MigrationContext.configure(connection), METADATA) == []
    database.close()


def test_every_operation_is_documented(running: Running) -> None:
    document = running.caller(Role.READER).get("/v1/openapi.json").json()
    assert document["openapi"].startswith("3.1")
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            assert operation["summary"], path
            answers = operation["responses"]
            if operation.get("security") != []:
                assert "401" in answers, (method, path)
            body = operation.get("requestBody", {}).get("content", {})
            assert all("$ref" in str(one) or "example" in str(one) for one in body.values())
    for name, schema in document["components"]["schemas"].items():
        if schema.get("type") == "object":
            assert schema.get("examples"), name
