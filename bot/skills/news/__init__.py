"""Getting news: consent, place, year of birth, household, topic; each but the first may be skipped."""
