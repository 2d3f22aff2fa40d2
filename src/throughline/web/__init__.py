"""Pages, one folder per journey; components, design system and static files."""
