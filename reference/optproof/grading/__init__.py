"""A whole course: what was handed in, judged one by one, in a row each; nothing is lost."""
