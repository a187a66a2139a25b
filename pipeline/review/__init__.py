"""The review page: a person looks at what the machine read, beside the page it read it from, and decides.

A local web page, made of small parts:

    side        one extraction by its ids, and how a decision names a mention
    decisions   the file of decisions: reading it, and adding to it without overwriting anybody
    subjects    what can be decided on, which decision stands, and what a new one does
    queues      in which order things are looked at
    forms       the fields of a value, and what is wrong with what was typed
    words       the words inside a box drawn on a page
    pictures    pages and crops of them
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
