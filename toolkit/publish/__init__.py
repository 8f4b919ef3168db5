"""What leaves the house: notebooks run, pages, PDF, indexes."""
