"""What a load, or its undoing, would do: asked for on the pages of uploads and receipts."""
