"""Makes submissions of known truth: any number of reports, a seed a submission, the same bytes every time.

They are for measuring speed and scale and for finding what breaks. They say little about accuracy on real reports: the
sentences are few and the hard cases are those somebody thought of.

`python -m tests.generator FOLDER COUNT [FIRST_SEED]` writes a folder of submissions with their gold.
"""

from tests.generator.submission import make_submission

__all__ = ["make_submission"]
