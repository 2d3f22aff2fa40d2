"""The shape of each kind of definition: `forms/<kind>.py` holds one class named after the kind."""

from pydantic import BaseModel, ConfigDict


class Form(BaseModel):
    """A body as written: nothing unknown, nothing converted, nothing changed afterwards."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)
