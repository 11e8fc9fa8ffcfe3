"""人力资源: headcount, posts, structure of staff."""

ORDER = 130
