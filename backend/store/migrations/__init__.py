"""Every form that the database ever had, in order."""
