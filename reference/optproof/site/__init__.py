"""The conformance site: static pages, each with its data beside it as JSON."""
