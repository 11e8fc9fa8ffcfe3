"""Reading a published report: its numbers found in prose and tables, told apart, audited and marked."""
