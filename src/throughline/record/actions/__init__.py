"""What the room writes: the export of the event tables, and the figures as its pages show them."""

from throughline.record.actions.export import Exported, export_events
from throughline.record.actions.figures import compute_figures

__all__ = ["Exported", "compute_figures", "export_events"]
