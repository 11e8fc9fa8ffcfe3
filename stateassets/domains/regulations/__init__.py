"""制度: rules adopted, revised and repealed."""

ORDER = 50
