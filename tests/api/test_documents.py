"""The OpenAPI document and the migrations tell what is there."""

from __future__ import annotations

from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from api.service.caller import Role
from api.settings import Settings
from api.store.database import Database
from api.store.schema import METADATA
from tests.api.running import Running


def test_migrations_make_the_tables_that_the_code_uses(settings: Settings) -> None:
    database = Database(settings.database) if settings.database_url else Database("sqlite://")
    database.migrate()
    database.migrate()
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


@pytest.mark.slow
def test_no_request_makes_the_service_fail(running: Running) -> None:
    import schemathesis
    from hypothesis import HealthCheck, given, settings
    from schemathesis.checks import not_a_server_error

    caller = running.caller(Role.ADMINISTRATOR)
    document = caller.get("/v1/openapi.json").json()
    for path in ("/v1/sign-out", "/v1/password"):
        del document["paths"][path]
    loaded = schemathesis.openapi.from_dict(document)
    loaded.config.update(base_url=running.url)
    headers = {"X-CSRF-Token": str(caller.headers["X-CSRF-Token"])}
    headers["Cookie"] = f"dpa_session={caller.cookies['dpa_session']}"

    for result in loaded.get_all_operations():
        operation = result.ok()  # type: ignore[union-attr]  # the document is sound

        @settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck), database=None)
        @given(case=operation.as_strategy())
        def ask(case: Any) -> None:
            answer = case.call(headers=headers)
            checks = [not_a_server_error, schemathesis.checks.status_code_conformance]
            case.validate_response(answer, checks=checks)

        ask()
