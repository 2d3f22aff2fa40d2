"""Work items, queues, leases, attempts and outcomes. Knows no epidemiology."""
