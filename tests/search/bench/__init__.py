"""Measuring search: how good the results are, how fast they come, and how others do.

Run everything from the root of the checkout.

- ``evaluate`` scores a search against ``queries_public.yaml``, 40 queries with judged answers
  over ``judged_catalogue.yaml``, which is the catalogue of the demo;
- ``adapters`` holds other search engines, to compare with;
- ``make_catalogue`` writes a catalogue of any size, ``speed`` measures searches in it side by side;
- ``datasette_db``, ``rotate.lua`` and ``terms.txt`` measure whole pages, with wrk.
"""
