"""Which lines are headings: `numbered` ones by the series they make, `unnumbered` ones by type alone."""
