"""Measuring search: how good the results are, how fast they come, and how others do.

``scripts/bench`` runs it, from ``__main__``.

- ``quality``: answers to the 40 judged queries of ``queries_public.yaml`` over the demo, which
  is ``judged_catalogue.yaml``; ``evaluate`` scores them, ``recorded.json`` holds our best;
- ``speed``: searches in catalogues of any size (``make_catalogue``), asked ``questions``;
- ``pages``: whole pages under load, with ``rotate.lua`` for wrk;
- ``ours`` is our own search; ``adapters``, ``plain_sqlite`` and ``plain_page`` are the others;
- ``figures``: what was measured beside its goal.
"""
