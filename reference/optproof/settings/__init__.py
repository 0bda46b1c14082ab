"""What a project declares: ``optproof.toml``, known deviations, variants."""
