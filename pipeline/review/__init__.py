"""The review page: a person looks at what the machine read, beside the page it read it from, and decides.

A local web page, made of small parts:

    side        one extraction by its ids, and how a decision names a mention
    decisions   the file of decisions: reading it, and adding to it without overwriting anybody
    subjects    what can be decided on, which decision stands, and what a new one does
    queues      in which order things are looked at
    forms       the fields of a value, and what is wrong with what was typed
    sheets      a page with all mentions on it
    words       the words inside a box drawn on a page
    adding      from these words to a mention that was missed
    suggestions what these words may mean, to spare typing
    pictures    pages and crops of them, drawn apart (`rendering`)
    guard       who may ask: this machine, with the token, from no other origin
    app         the addresses
    server      loopback only

Decisions go to the file of corrections and nowhere else; `pipeline run` replays them.
"""

from pipeline.review.app import make_app
from pipeline.review.desk import Desk
from pipeline.review.guard import Guard
from pipeline.review.server import Stand, open_stand, serve

__all__ = ["Desk", "Guard", "Stand", "make_app", "open_stand", "serve"]
