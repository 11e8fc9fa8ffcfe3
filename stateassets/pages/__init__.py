"""Pages that are about the whole book or one enterprise: cover, reference, figure index, profiles."""
