"""Settings that results name: linked to their cases, counted, and escalated by the protocol's rules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from throughline.core.copying import fetch
from throughline.core.ids import new_id, new_ref
from throughline.definitions.forms.protocol import Protocol
from throughline.people.rules.names import name_key
from throughline.tracing.models import Case, Escalation, Setting, Visit
from throughline.tracing.rules.complexity import Complexity, LinkedSetting, complexity


@dataclass(frozen=True, kw_only=True)
class Linked:
    """A new case and the setting that its result names."""

    case_id: UUID
    kind: str
    name: str
    area: str

    @property
    def key(self) -> tuple[str, str]:
        """What makes two spellings one setting."""
        return self.kind, name_key(self.name)


def find_settings(links: Sequence[Linked]) -> dict[tuple[str, str], UUID]:
    """Return the settings of these links, added where nobody knew them."""
    wanted = {link.key: link for link in links}
    Setting.objects.bulk_create(
        (
            Setting(
                id=new_id(), ref=new_ref(), kind=kind, name=link.name, name_key=key, area=link.area
            )
            for (kind, key), link in sorted(wanted.items())
        ),
        ignore_conflicts=True,
    )
    rows = fetch(
        """select s.kind, s.name_key, s.id from tracing_setting s
        join unnest(%s::text[], %s::text[]) as k(kind, name_key) using (kind, name_key)
        where s.postcode = ''""",
        [[kind for kind, _ in wanted], [key for _, key in wanted]],
    )
    return {(kind, key): setting for kind, key, setting in rows}


def judge_settings(
    setting: UUID, kind: str, protocol: Protocol, *, others: int, at: datetime
) -> Complexity:
    """Judge a case by the setting it is linked to; `others` are cases of this batch at the same one."""
    counts = {
        (str(setting), rule.name): 1 + others + _cases_at(setting, rule.within_days, at)
        for rule in protocol.complex
        if kind in rule.settings
    }
    return complexity(protocol, [LinkedSetting(ref=str(setting), kind=kind)], counts)


def write_visits(cases: Sequence[tuple[Case, UUID, Complexity]], *, at: datetime) -> None:
    """Write each case's visit, and each rule that its setting met or just missed."""
    Visit.objects.bulk_create(
        Visit(case=case, household_id=case.household_id, setting_id=setting)
        for case, setting, _ in cases
    )
    Escalation.objects.bulk_create(
        Escalation(
            case=case,
            setting_id=setting,
            household_id=case.household_id,
            rule=found.rule,
            protocol=case.protocol,
            protocol_version=case.protocol_version,
            suppressed=suppressed,
            why=found.reason,
            at=at,
        )
        for case, setting, judged in cases
        for suppressed, founds in ((False, judged.escalations), (True, judged.suppressed))
        for found in founds
    )


def _cases_at(setting: UUID, days: int, at: datetime) -> int:
    ((number,),) = fetch(
        """select count(distinct v.case_id) from tracing_visit v join tracing_case c on c.id = v.case_id
        where v.setting_id = %s and c.transferred_at > %s""",
        [setting, at - timedelta(days=days)],
    )
    return int(number)
