"""The tables of what was done, made of the other tables."""

from pipeline import records
from pipeline.schema.columns import (
    DATE,
    FLOAT,
    INT,
    MONEY_TYPE,
    QUALIFIERS,
    REPORT_ID,
    SECTION_ID,
    STRING,
    SUBMISSION_ID,
    Column,
    Reference,
    Table,
    required,
)

ACTIVITIES = Table(
    "activities",
    "One row a section or list item that tells of something done. Made of the other tables: a mention is linked to the "
    "activity in whose lines, title or leading sentence it stands, and only what is told there as done fills a cell; "
    "`activity_mentions` names the mentions behind every cell.",
    (
        required(
            "activity_id", STRING, "Key of the activity; it survives re-extraction and re-submission of the report."
        ),
        SUBMISSION_ID,
        REPORT_ID,
        SECTION_ID,
        Column("organization_id", STRING, "The reporting organization."),
        required("ordinal", INT, "Reading order in the report, from 1.", minimum=1),
        required(
            "unit",
            STRING,
            "Whether the row is a section, or a list item with those below it.",
            values=("section", "item"),
        ),
        required(
            "title", STRING, "Title of the section, or the first sentence of the list item; cut at 120 characters."
        ),
        Column(
            "date_start",
            DATE,
            "First day on which it was done, of the dates in the role `when`; null when none is told.",
        ),
        Column("date_end", DATE, "Last day on which it was done, inclusive."),
        Column("date_precision", STRING, "The coarsest precision of the dates it is made of: day, month and so on."),
        Column(
            "date_basis",
            STRING,
            "Where those dates stand: in the activity's own words, in the section's title, or in what leads the list.",
            values=("own", "title", "lead"),
        ),
        Column(
            "people_reached",
            FLOAT,
            "The largest number of people it tells of; women and men joined are added, parts and further groups not.",
            minimum=0,
        ),
        Column("people_reached_max", FLOAT, "Upper end of a range.", minimum=0),
        Column("people_qualifier", STRING, "How people_reached is bounded by the words around it.", values=QUALIFIERS),
        Column("people_unit", STRING, "The people, as written."),
        Column(
            "organizations", STRING, "Other organizations by name, each once, with '; ' between; not the reporting one."
        ),
        Column("countries", STRING, "Countries, ISO 3166-1 alpha-2, each once, with '; ' between."),
        Column("other_counts", STRING, "Numbers of things other than people, as written, with '; ' between."),
        Column("amounts", STRING, "Sums of money by currency, with '; ' between; as numbers in `activity_amounts`."),
        required(
            "page_number",
            INT,
            "Page of its first mention, or else first page of its section, counted from 1.",
            minimum=1,
        ),
        required(
            "char_start", INT, "First character of the activity in the section's text, counted from 0.", minimum=0
        ),
        required("char_end", INT, "One past its last character in the section's text.", minimum=0),
        required("text", STRING, "The words that tell of it: exactly the characters char_start to char_end."),
        required(
            "evidence",
            STRING,
            "What speaks for and against it, by the names of `pipeline/activities`, with '; ' between.",
        ),
        required(
            "confidence", FLOAT, "Sum of the evidence that something done is told, from 0.5 on.", minimum=0, maximum=1
        ),
    ),
    ("activity_id",),
    (
        Reference("submission_id", "submissions", "submission_id"),
        Reference("report_id", "reports", "report_id"),
        Reference("section_id", "sections", "section_id"),
        Reference("organization_id", "organizations", "organization_id"),
    ),
)
ACTIVITY_ROLES = (
    *(
        "when",
        "limit",
        "people",
        "people_part",
        "people_other",
        "count",
        "count_part",
        "amount",
        "price",
        "part",
        "aside",
    ),
    *("place", "from", "inside_name", "reporter", "partner", "funder", "named", "planned", "called_off", "background"),
)
ACTIVITY_MENTIONS = Table(
    "activity_mentions",
    "One row a mention that an activity is linked to, with its role in it.",
    (
        required("activity_id", STRING, "The activity."),
        required("mention_id", STRING, "The mention, in the table of its kind."),
        required("kind", STRING, "Kind of the mention.", values=records.KINDS),
        required(
            "role",
            STRING,
            "What it is to the activity: when, people, count, amount, place, partner and so on fill a cell; limit "
            "(since, until, as of), part, price, aside (the same amount again, or one compared), planned, called_off "
            "and background do not.",
            values=ACTIVITY_ROLES,
        ),
        required(
            "basis",
            STRING,
            "Why it is linked: it stands in the activity's own words, in the section's title, or in the sentence that "
            "leads the list.",
            values=("own", "title", "lead"),
        ),
        Column("cell", STRING, "Column of `activities` that it fills or helps to fill; null when it fills none."),
        required("confidence", FLOAT, "Confidence of the mention times that of such a link.", minimum=0, maximum=1),
    ),
    ("activity_id", "mention_id"),
    (Reference("activity_id", "activities", "activity_id"),),
)
ACTIVITY_AMOUNTS = Table(
    "activity_amounts",
    "One row an activity and currency: the sum of the amounts of money it tells of, without prices, parts and asides.",
    (
        required("activity_id", STRING, "The activity."),
        required("currency", STRING, "Currency, ISO 4217; XXX (its code for no currency) when the text does not say."),
        required("amount", MONEY_TYPE, "Sum of the mentions in the role `amount`, in units of currency."),
        required("mention_count", INT, "Mentions added up.", minimum=1),
        required("confidence", FLOAT, "The least confidence of the links added up.", minimum=0, maximum=1),
    ),
    ("activity_id", "currency"),
    (Reference("activity_id", "activities", "activity_id"),),
)
