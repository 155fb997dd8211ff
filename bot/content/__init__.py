"""The knowledge: answer units, dated values and legal documents, in force on a day, live within 2 seconds."""
