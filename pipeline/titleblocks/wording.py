"""What a line of a title block states, by its wording: a report's title, a body, a period, an address."""

import re
from functools import cache, lru_cache

from pipeline.gazetteers import read_rows
from pipeline.periods import Period, parse_period

_TIMES = (
    r"annual|biannual|biennial|bi-?monthly|bi-?weekly|daily|end-?of-?year|half-?yearly?|mid-?year|monthly|quarterly"
    r"|semi-?annual|situation|weekly|year-?end|yearly"
)
_KINDS = (
    rf"{_TIMES}|activit(?:y|ies)|completion|country|field|final|financial|impact|interim|management|mission|narrative"
    r"|operations?|performance|periodic|progress|programme|program|project|status|summary|sustainability|technical|work"
)
_REPORT = r"reports?|review|update|bulletin|newsletter"
"""What a report may call itself."""
STRONG_TITLE = re.compile(
    rf"(?i)\b(?:{_KINDS})\s(?:(?:and|&)\s\w{{1,20}}\s|\w{{1,20}}\s)?reports?\b"
    rf"|\b(?:{_TIMES})\s(?:\w{{1,20}}\s)?(?:{_REPORT})\b"
    r"|\breports?\s(?:of|on)\s(?:(?:the|its|our)\s)?(?:\w{1,20}\s)?(?:activities|work|progress|operations|year)\b"
    r"|\brapport\s(?:annuel|d['’]activit[ée]s?|de\ssituation)\b|\bsit(?:uation)?\s?rep(?:ort)?\b"
    r"|\b(?:q[1-4]|quarter|half)\b.{0,20}\breport\b|\breport\b.{0,30}\b(?:19|20)\d\d\b"
    r"|\b(?:19|20)\d\d\b.{0,20}\breport\b"
)
_IN_STRONG_TITLES = ("report", "review", "update", "bulletin", "newsletter", "rapport")
"""One of them, or `sit` and `rep`, is in every text that `STRONG_TITLE` finds something in, put in small letters."""
WEAK_TITLE = re.compile(
    rf"(?i)\b(?:{_REPORT}|sitrep|rapport|informe|relat[óo]rio|t[äa]tigkeitsbericht"
    r"|jahresbericht|highlights|summary|overview|publication|proceedings|minutes)\b"
)
"""Words that make a title of a report only in company; alone they are a section's."""
_SECTION_TITLE = re.compile(r"(?i)(?:(?:executive|key) )?(?:highlights|summary|overview|review|updates?|minutes)\s?:?")
"""A whole title of such words, which is a section's."""
_OFFICERS = re.compile(
    r"(?i)^(?:foreword|preface|letter|message|statement|address|remarks|a? ?words?|welcome)\b"
    r"|\b(?:auditor|board|chair\w*|coordinator|director|governor|manager|president|secretary|treasurer|trustee)"
    r"(?:['’]?s['’]?|s['’])\s(?:\w{1,12}\s)?(?:report|review|statement|message|letter|foreword)\b"
)
"""Titles of the pages in which a body's officers speak."""
_REPORT_TO = re.compile(r"(?i)reports? (?:to|for)\b")
"""What begins a title when it states a period as well, and says who the report is for when not."""
NUMBER = re.compile(r"(?i)^(?:update\s)?(?:no|nr|n°|nº|№|issue|vol(?:ume)?|edition|#)\.?\s{0,2}\d{1,4}\b")
_NUMBERED = re.compile(
    r"(?i)\b(?:no|nr|n°|nº|№|issue|vol(?:ume)?|edition|update|report)\.?\s?#?\d{1,3}\b(?![/–-]\d)\s{0,2}[–—:,-]?"
)
_ABROAD = (
    r"\b(?:asociaci[óo]n|asocia[țt]ia|associa[çc][ãa]o|associazione|društvo|egyesület|federaci[óo]n|federa[çc][ãa]o|fondazione"
    r"|fondation|fédération|forbund(?:et)?|forening(?:en)?|förbund(?:et)?|förening(?:en)?|funda[çc][ãa]o|fundacja"
    r"|fundaci[óo]n|funda[țt]ia|gesellschaft|jaringan|koperasi|lembaga|liitto|nadace|parishad|persatuan|perhimpunan"
    r"|perkumpulan|pertubuhan|rede|säätiö|samit[iy]|sangh|sangha(?:tan)?|sangstha|sanstha|seura|spolek|stichting|stiftung"
    r"|stowarzyszenie|towarzystwo|udruga|udruženje|vakfı|derneği|verband|verein|vereniging|yayasan|związek|zveza)\b"
)
"""Words of other languages for an association, a foundation, a federation or a network."""
_LINKING = r"\b(?:de|del|der|des|du|et|för|für|och|og|para|pour|und)\b"
BODIES = re.compile(
    r"(?i)\b(?:academy|administration|agency|alliance|archives?|assembly|association|authority|bank|board|bureau"
    r"|cent(?:er|re)|chamber|charity|church|clinic|club|coalition|college|comit[ée]|commission(?:er)?|committee|company|confederation"
    r"|congress|conseil|consejo|conservancy|consortium|consultants|cooperative|corporation|councils?|delegation"
    r"|department|diocese|directorate|division|embassy|enterprises?|federation|forum|foundation"
    r"|fund|gallery|group|guild|holdings?|hospice|hospital|industries|initiative|institut[eo]?|institution"
    r"|laboratory|league|library|minist(?:ry|[èe]re)|mission|municipality|museum|nations|network|observatory|office"
    r"|ombudsman|orchestra|organi[sz]ation|parliament|partners(?:hip)?|police|railways?|red crescent|red cross|school"
    r"|secretariat|section|services?|society|station|task ?force|theatre|treasury|tribunal|trust|trustees|union|unit"
    r"|universit(?:y|[ée]|ad)|ltd|limited|inc|plc|llc|llp|gmbh|ngo"
    r"|(?:food|development|environment) programme)\b|\be\.\s?v\."
    rf"|{_ABROAD}"
)
ABROAD = re.compile(rf"(?i){_ABROAD}|{_LINKING}")
"""What shows that a name is not worded in English."""
LABELLED_BODY = re.compile(
    r"(?i)^(?:name of (?:the )?)?(?:(?:reporting|implementing|submitting|member|grantee) )?"
    r"(?:organi[sz]ation|agency|institution|partner|entity|ngo|office|grantee|member)(?: name)?\s{0,2}[:–-]\s{0,3}"
    r"(?P<name>\S.{1,150})$"
    r"|^(?:(?:submitted|prepared|reported|issued|presented|published) by|report (?:by|from|of)(?=\s?:))"
    r"\s{0,2}:?\s{0,2}(?:the )?(?P<by>\S.{1,150})$"
)
_ADDRESSED = re.compile(
    r"(?i)^(?:(?:submitted|presented|prepared|reported|report|addressed) (?:to|for)|to\s?:|to the|for the|funded by"
    r"|supported by|with (?:the )?support|in (?:partnership|collaboration) with|sponsored by|donor)\b"
)
LABELLED_PERIOD = re.compile(
    r"(?i)\b(?:period|covering|covers|for the (?:\w{1,12} )?(?:year|period|months?|quarter)|from)\b"
)
LASTING = re.compile(
    r"(?i)\b(?:activit(?:y|ies)|annual|biannual|biennial|completion|country|final|financial|half-?yearly?|impact|monthly"
    r"|narrative|performance|progress|quarterly|semi-?annual|sustainability|yearly)\b"
)
"""Kinds of report that cover more than a day."""
AS_OF = re.compile(r"(?i)\b(?:as (?:of|at|on)|status|update|no|nr|n°|nº|№|issue|situation)\b")
"""Words that make a day the one a report is about."""
SPLIT_YEAR = re.compile(r"\b(?:19|20)\d\d(?:\s?/\s?(?:\d\d){1,2}|\s?[-–]\s?\d\d)\b(?![/–-])")
FISCAL = re.compile(r"(?i)\b(?:fy|fiscal|financial year)")
_PLACE = re.compile(
    r"(?i)@|www\.|https?:|\btel\b|\bfax\b|\bphone\b|\bp\.?\s?o\.?\s?box\b|\bb\.p\.|^\W{0,5}\d[\d\s()+-]{6,}$"
    r"|^(?=.*\d).*\b(?:street|avenue|road|floor)\b"
)


@lru_cache(maxsize=1024)  # the same lines are asked about by several rules
def role_of(text: str) -> str:
    """What a statement is: labelled, addressed, a number, period, place, title, body, country or other."""
    if LABELLED_BODY.match(text):
        return "labelled"
    period = stated_period(text)
    if period is not None and not _without_dates(text):
        return "period"
    if _ADDRESSED.match(text) and (period is None or not _REPORT_TO.match(text)):
        return "addressed"
    if NUMBER.match(text):
        return "number"
    if _PLACE.search(text):
        return "place"
    if _SECTION_TITLE.fullmatch(text) or _OFFICERS.search(text):
        return "other"
    if has_strong_title(text):
        return "title"
    if is_period(text) and not WEAK_TITLE.search(text):
        return "period"
    if BODIES.search(text) and not _reads_as_title(text):
        return "body"
    if WEAK_TITLE.search(text):
        return "title"
    if period is not None:
        return "period"
    return "country" if _is_country(text) else "other"


def has_strong_title(text: str) -> bool:
    """Whether a text calls something a report outright."""
    small = text.casefold()
    if not any(part in small for part in _IN_STRONG_TITLES) and not ("sit" in small and "rep" in small):
        return False
    return STRONG_TITLE.search(text) is not None


def is_period(text: str) -> bool:
    """Whether a text states a period and little else."""
    return stated_period(text) is not None and len(_without_dates(text)) <= _LITTLE


_LITTLE = 8
"""Letters beside its dates that a period may have around it."""


@lru_cache(maxsize=1024)
def stated_period(text: str) -> Period | None:
    """The period in an entry; an issue's number before a date is no part of it."""
    return parse_period(_NUMBERED.sub(" ", text))


_TITLED = re.compile(r"\b(St|Mt|Dr|Fr|Ste)\.(?=\s)")
_ABBREVIATED = re.compile(r"(?:\b(?:Ltd|Inc|Co|Corp|Cie)|\b[A-Za-z]\.\s?[A-Za-z])\.$")


def is_name(text: str) -> bool:
    """Whether a text is worded as a name: not long, no sentence, its longer words with capitals."""
    words = [word.strip("“”\"'‘’(),") for word in text.split()]
    long = [word for word in words if len(word) > 3 and word[0].isalpha() and "." not in word[:-1]]
    capital = sum(not word[0].islower() for word in long)
    plain = _TITLED.sub(r"\1", text)
    if re.search(r"[a-z]\.\s|[.;:!?]$", plain) and not _ABBREVIATED.search(text):
        return False
    return 2 <= len(words) <= 16 and capital >= 0.7 * len(long)


def _reads_as_title(text: str) -> bool:
    return bool(re.match(r"(?i)(?:report|review|update|bulletin|newsletter|minutes|summary)\b", text))


def _without_dates(text: str) -> str:
    return re.sub(
        r"(?i)\b(?:jan\w*|feb\w*|mar(?:ch)?|apr\w*|may|june?|july?|aug\w*|sept?\w*|oct\w*|nov\w*|dec\w*|period|reporting|from|to"
        r"|until|till|through|thru|fy|year|months?|three|six|nine|twelve|calendar|fiscal|financial|quarter|half|first|second|third|fourth|date|dated|as|at|for|the|of|and"
        r"|between|covering|ended|ending|[ap]m|update|no|issue|st|nd|rd|th)\b|[\W\d_]+",
        "",
        text,
    )


@cache
def _countries() -> frozenset[str]:
    return frozenset(_plain_country(row["alias"]) for row in read_rows("country_names.csv"))


def _plain_country(name: str) -> str:
    """A country's name without what comes before or after its short form."""
    short = re.split(r",| \(| - ", name)[0].strip(" .").casefold()
    return re.sub(r"^(?:the )?(?:\w+ ){0,3}(?:republic|kingdom|state|commonwealth|union) of (?:the )?", "", short)


def _is_country(text: str) -> bool:
    return _plain_country(text) in _countries()
