"""Their side of the wire: an implementation loaded, its operations found and called."""
