"""What arrives from the enterprises and becomes rows: examined, marked, weighed, accepted, posted, told."""
