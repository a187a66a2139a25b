"""Activity reports in PDF, turned into tables an analyst can trust."""
