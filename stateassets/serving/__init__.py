"""The book while somebody works on it: what is saved is on the open page shortly after.

Four processes, each of which ends with the one before it, whatever ends that:

- ``serve``: watches the book's files (``sources``), decides when to build, and shows the last good site
  (``pages``), to whose pages it adds a small script (``static/live.js``). Imports no Sphinx.
- ``builder``: has imported what a build needs, and forks one process for each build.
- the build: ``jupyter-book build`` as anybody would run it, strict, but for the files to take away,
  which are made when there has been quiet for some seconds.
- ``notebooks.standby``: has imported what chapters need and read the tables, and forks for each build
  a server of kernels, which looks only at what has changed in the tables.

A build that has ended is thrown away with all that was in it, so that no page can show what an earlier
build left in memory. What depends on what is known to ``book.build_cache`` alone.

``once`` is the build of its own that ``make book`` makes, and knows when there is nothing to build.
"""
