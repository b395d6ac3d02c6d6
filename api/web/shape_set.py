"""What travels in JSON of contract sets, both ways."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import BaseModel, Field, StringConstraints

from api.moment import written
from api.service.contract_set import MOST_MEMBERS, OpenSet
from api.web.example import AT, ID, Name, config
from api.web.shape_job import EXAMPLE as JOB
from api.web.shape_job import JobShape

Id = Annotated[str, StringConstraints(max_length=32, pattern="^[0-9a-f]+$")]
_SET = {"id": ID, "workspace": ID, "name": "Example Ltd, hosting", "contracts": [ID], "created": AT}


class SetShape(BaseModel):
    """A contract set with its contracts, each in its latest version."""

    model_config = config(**_SET)
    id: str
    workspace: str
    name: str
    contracts: list[str]
    created: str

    @classmethod
    def of(cls, opened: OpenSet) -> Self:
        """Return the shape of a set."""
        return cls(
            id=opened.id,
            workspace=opened.workspace_id,
            name=opened.name,
            contracts=list(opened.contracts),
            created=written(opened.created) or "",
        )


class SetPage(BaseModel):
    """Some sets, newest first; `next` is the cursor of those that follow."""

    model_config = config(sets=[_SET], next=None)
    sets: list[SetShape]
    next: str | None


class NewSet(BaseModel):
    """A set to be made of contracts of one workspace; further ones can be uploaded into it."""

    model_config = config(name="Example Ltd, hosting", contracts=[ID])
    name: Name
    contracts: list[Id] = Field(min_length=1, max_length=MOST_MEMBERS)


class SetChange(BaseModel):
    """What is to change of a set; what is not sent stays."""

    model_config = config(contracts=[ID])
    name: Name | None = None
    contracts: list[Id] | None = Field(default=None, min_length=1, max_length=MOST_MEMBERS)


class SetUpload(BaseModel):
    """A set made of the files of one request, with the jobs of its contracts in the order of the files."""

    model_config = config(set=_SET, jobs=[JOB])
    set: SetShape
    jobs: list[JobShape]
