"""Lists of people who benefit, as offices send them: cleaned, merged, and what is doubtful left to a person."""
