"""From the published tables to pandas, and from any row back to the page that it came from.

    import pipeline

    money = pipeline.joined("money")
    large = money[money.amount > 100_000]
    pipeline.evidence(large)

`loading` reads tables, with the types of `days` and `amounts`; `joining` puts beside a row what stands around it;
`exhibits` and `gallery` show where it is printed.
"""

from pipeline.analysis.amounts import AmountDtype
from pipeline.analysis.days import DateDtype
from pipeline.analysis.exhibits import MOST_SHOWN, evidence
from pipeline.analysis.gallery import Exhibit, Gallery
from pipeline.analysis.joining import joined
from pipeline.analysis.loading import TABLES, AnalysisError, describe, load, tables
from pipeline.analysis.submitters import submitter_mentions

__all__ = [
    "MOST_SHOWN",
    "TABLES",
    "AmountDtype",
    "AnalysisError",
    "DateDtype",
    "Exhibit",
    "Gallery",
    "describe",
    "evidence",
    "joined",
    "load",
    "submitter_mentions",
    "tables",
]
