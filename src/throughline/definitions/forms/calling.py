"""Terms of calling: how often, at what hours, how urgent, how long a lease or a chance lasts."""

from typing import Annotated, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, model_validator

from throughline.definitions.forms import Form

Hour = Annotated[int, Field(ge=0, le=24)]
Weight = Annotated[int, Field(ge=0, le=1000)]
Chance = Annotated[float, Field(ge=0, le=1)]
Minutes = Annotated[int, Field(ge=0, le=10_080)]


class Service(Form):
    """When people may be rung, by the clock on their wall."""

    time_zone: str
    opens: Hour
    closes: Hour

    @model_validator(mode="after")
    def a_real_day(self) -> Self:
        try:
            ZoneInfo(self.time_zone)
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise ValueError(
                f'time_zone "{self.time_zone}" is not known; write one such as "Europe/London"'
            ) from error
        if self.opens >= self.closes:
            raise ValueError(f"opens ({self.opens}) must come before closes ({self.closes})")
        return self


class Allowance(Form):
    """Calls that one person, and one telephone, may get from all suppliers together."""

    calls: Annotated[int, Field(ge=1)]
    within_hours: Annotated[int, Field(ge=1)]
    calls_a_day: Annotated[int, Field(ge=1)]
    gap_minutes: Minutes
    messages_a_day: Annotated[int, Field(ge=0)]


class Retry(Form):
    """When to ring again."""

    rest_minutes: Annotated[int, Field(ge=1)]  # after a call that nobody answered
    short_minutes: Annotated[int, Field(ge=1)]  # after an engaged line or a failed one
    max_attempts: Annotated[int, Field(ge=1)]  # then the local team takes over


class Lease(Form):
    """How long a conversation stays with a handler who says nothing."""

    seconds: Annotated[int, Field(ge=30)]
    heartbeat_seconds: Annotated[int, Field(ge=5)]

    @model_validator(mode="after")
    def two_beats_fit(self) -> Self:
        if self.heartbeat_seconds * 2 > self.seconds:
            raise ValueError(
                f"heartbeat_seconds ({self.heartbeat_seconds}) must fit twice into seconds "
                f"({self.seconds}), so that one lost beat loses nothing"
            )
        return self


class Handover(Form):
    """Hours until an unfinished conversation goes to the local team; 0 gives it to them at once."""

    hours: Annotated[float, Field(ge=0)]
    hours_by_team: dict[str, Annotated[float, Field(ge=0)]] = {}

    def hours_for(self, team: str | None) -> float:
        return self.hours if team is None else self.hours_by_team.get(team, self.hours)


class Window(Form):
    """Hours in which reaching a case or a contact helps most."""

    case: Annotated[float, Field(gt=0)]
    contact: Annotated[float, Field(gt=0)]


class Rank(Form):
    """What a full measure of each reason adds to the rank."""

    time_left: Weight
    infectious: Weight
    answer: Weight
    household: Weight
    promised: Weight  # a call-back whose time has come
    household_full: Annotated[int, Field(ge=2)]  # this many people or more count in full
    overdue_floor: Chance  # what an item keeps of time_left long after its window
    bucket_minutes: Annotated[int, Field(ge=1, le=60)]

    @model_validator(mode="after")
    def buckets_fill_the_hour(self) -> Self:
        if 60 % self.bucket_minutes:
            raise ValueError(f"bucket_minutes ({self.bucket_minutes}) must divide the hour")
        return self


class Answer(Form):
    """Chance that somebody answers, by hour of the day; `basis` says where the figures are from."""

    basis: Annotated[str, Field(min_length=5)]
    by_hour: dict[str, Chance]

    @model_validator(mode="after")
    def hours_of_a_day(self) -> Self:
        for hour in self.by_hour:
            if not (hour.isdecimal() and int(hour) < 24 and hour == str(int(hour))):
                raise ValueError(f'by_hour has the hour "{hour}"; hours are "0" to "23"')
        return self

    def chance(self, hour: int) -> float:
        return self.by_hour.get(str(hour), 0.0)


class Calling(Form):
    """All terms of one service."""

    service: Service
    allowance: Allowance
    retry: Retry
    lease: Lease
    handover: Handover
    window: Window
    rank: Rank
    answer: Answer

    @model_validator(mode="after")
    def every_open_hour_has_a_chance(self) -> Self:
        for hour in range(self.service.opens, self.service.closes):
            if str(hour) not in self.answer.by_hour:
                raise ValueError(f'answer.by_hour lacks the open hour "{hour}"; give its chance')
        return self
