"""Files of every kind, read into sheets of raw cells, within bounds: by what is inside, whatever their name says."""
