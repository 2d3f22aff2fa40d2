"""FHIR R4 in JSON: checked before it is parsed, its resources found, and read by paths. Knows no Django."""
