"""Pages of a supplier's team leaders and managers: own staff, own counts, no persons."""
