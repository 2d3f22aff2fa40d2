"""What a reader must know of a table, said once; and the shorthand of its cells."""

from __future__ import annotations

SHORTHAND = {
    "c": "confidential: a count of 1 to 4 people, or a figure that would give one away",
    "r": "revised since the last release",
    "x": "not available: the records do not hold it",
    "z": "not applicable: there is nothing to take it of",
}

INVENTED = (
    "Invented: the tables behind these figures were generated for a rehearsal. No case or contact in them is a real one, "
    "and no figure is to be quoted."
)

NOTES = {
    "reached": (
        "A case or contact is reached if the outcome of tracing says so. For those managed by health protection this "
        "means that the institution was advised; of the others each has to respond."
    ),
    "managed": (
        "Health protection and others is by who had a case or contact first. Later handovers do not change it. Where "
        "nobody is named it counts as others."
    ),
    "mix": (
        "Mix-adjusted: the rate as it would be if health protection and others had the same shares of all contacts as in "
        "the first week. It shows whether a rate moved because people were reached less, or because other people were counted."
    ),
    "product": (
        "Cases reached by contacts reached multiplies the two shares. It is the most that can have been reached of the "
        "contacts of all cases, since nobody asked the cases who were not reached."
    ),
    "cohort": (
        "Contacts of the week's cases are counted in the week in which their case was transferred; elsewhere a contact "
        "counts in the week in which it was identified."
    ),
    "open": "Not reached includes those who were still being tried at the time of the cut.",
    "twice": (
        "Someone named by two cases is two contacts. Different people counts each once, where the person is known."
    ),
    "bands": (
        "A time of exactly 24 hours is within 24 hours. Shares are of those with both times in order; those without a time, "
        "and those whose times are out of order, stand beside them."
    ),
    "timings": "Times are published only for those not managed by health protection, who are each reached in person.",
    "percentiles": "Percentiles are interpolated between neighbours. The median of a whole is not the sum of those of its parts.",
    "curve": "A person is counted in the first step that fits. Steps grow longer as fewer are reached. In the chart a curve ends where a step is confidential.",
    "onset": (
        "Only cases whose first day of symptoms is known. The last week is incomplete: most who fell ill then had not been "
        "tested and transferred by its end."
    ),
    "household": "Contacts who live with the case, and others. Unknown: nobody asked.",
    "tests": (
        "Tests count in the week in which the result was communicated. People count once a week. Time to the result counts in "
        "the week in which the test was taken."
    ),
    "break": (
        "From 19 November 2020 (reach-2020-11), someone counted as reached, too, when a guardian or a member of the household was told. "
        "Figures are shown under both definitions wherever the manner of reaching was recorded, and are not available where it was "
        "not. They are never estimated. The two columns must not be joined into one series."
    ),
    "occupancy": (
        "Busy: handling a conversation or writing it up. The first share is of the time busy or ready, the others of all paid time."
    ),
    "balance": (
        "Rows received are those accepted, duplicate, quarantined and rejected, and each row accepted is a result. Every positive result has its case or a "
        "reason for having none. Batches and positives count in the week in which they were first known to the service."
    ),
    "late": "Late: first recorded more than 24 hours after it happened.",
}
