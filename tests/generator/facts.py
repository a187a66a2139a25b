"""Writes facts into sentences, marked with what they mean (see `raw/_sources/marked.py` for the marks)."""

import calendar
import datetime
import random
import re
from dataclasses import dataclass

from tests.generator import words

NUMBER_WORDS = (
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
)


def ordinal_suffix(day: int) -> str:
    """`st` for 1, `th` for 11."""
    return "th" if 11 <= day <= 13 else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")


@dataclass
class Writer:
    """One report's writer: whose report it is, the days it covers, how its dates look."""

    rng: random.Random
    organization: str
    acronym: str
    start: datetime.date
    end: datetime.date
    month_first: bool
    home: tuple[str, str, str, str, str]

    def sentence(self, template: str) -> str:
        """The template with its facts; the first letter is a capital."""
        text = re.sub(r"<(\w+)>", lambda match: str(getattr(self, match.group(1).lower())()), template)
        first = re.search(r"\w", text)
        return text if first is None else text[: first.start()] + first.group().upper() + text[first.end() :]

    def own(self) -> str:
        return f"[{self.acronym}|o {self.acronym}]"

    def place(self) -> str:
        return self.rng.choice(words.FIRST) + self.rng.choice(words.LAST)

    def partner(self) -> str:
        name = f"{self.place()} {self.rng.choice(words.PARTNER_KINDS)}"
        return f"[{name}|o {name.replace(' ', '-')}]"

    def country(self) -> str:
        name, alpha2, *_ = self.rng.choice(words.COUNTRIES)
        article, _, bare = name.rpartition("the ")
        return f"{'the ' if article or name.startswith('the ') else ''}[{bare}|c {alpha2}]"

    def adjective(self) -> str:
        _, alpha2, adjective, *_ = self.rng.choice(words.COUNTRIES)
        return f"[{adjective}|c {alpha2}]"

    def embassy(self) -> str:
        _, alpha2, adjective, *_ = self.rng.choice(words.COUNTRIES)
        return f"[[{adjective}|c! {alpha2}] embassy|o? embassy-{alpha2}]"

    def count(self) -> str:
        noun = self.rng.choice(words.NOUNS)
        value = self.rng.choice((self.rng.randint(2, 12), self.rng.randint(13, 999), self.rng.randint(1000, 90000)))
        written = NUMBER_WORDS[value] if value <= 12 and self.rng.random() < 0.5 else f"{value:,}"
        before, sign = self.rng.choice(
            (("", ""),) * 6
            + (("more than ", ">"), ("at least ", ">="), ("about ", "~"), ("nearly ", "~"), ("up to ", "<="))
        )
        if self.rng.random() < 0.06:
            high = value + self.rng.randint(1, 20)
            return f"[{value:,} to {high:,} {noun}|n {value}..{high} {noun}]"
        return f"[{before}{written} {noun}|n {sign}{value} {noun}]"

    def total(self) -> str:
        noun = self.rng.choice(words.NOUNS)
        value = self.rng.randint(3, 40000)
        return f"[Number of {noun}: {value:,}|n {value} {noun}]"

    def row(self) -> str:
        """A row of a table of members and volunteers."""
        members, volunteers = self.rng.randint(10, 9000), self.rng.randint(5, 900)
        return f"| {self.place()} | [{members:,}|n {members} members] | [{volunteers}|n {volunteers} volunteers] |"

    def money(self) -> str:
        currency, code = self.rng.choice((self.home, self.home, self.rng.choice(words.COUNTRIES)))[3:]
        before, sign = self.rng.choice((("", ""),) * 5 + (("about ", "~"), ("more than ", ">")))
        if self.rng.random() < 0.3:
            tenths = self.rng.randint(11, 95)
            return f"[{before}{currency}{tenths / 10} million|m {sign}{tenths * 100_000} {code}]"
        amount = self.rng.randint(5, 950) * 100
        return f"[{before}{currency}{amount:,}|m {sign}{amount} {code}]"

    def year(self) -> str:
        year = self.rng.randint(self.start.year - 8, self.start.year - 1)
        return f"[{year}|d {year}]"

    def within(self) -> str:
        months = self.rng.randint(2, 11)
        return f"[within {NUMBER_WORDS[months]} months|d P{months}M]"

    def years(self) -> str:
        first = self.rng.randint(self.start.year - 6, self.start.year - 2)
        last = first + self.rng.randint(1, 3)
        return f"[{first}{self.rng.choice('-–')}{self.rng.choice((last, last % 100)):02d}|d {first}/{last}]"

    def quarter(self) -> str:
        quarter, year = self.rng.randint(1, 4), self.start.year
        first, last = f"{year}-{quarter * 3 - 2:02d}", f"{year}-{quarter * 3:02d}"
        ordinal = ("first", "second", "third", "fourth")[quarter - 1]
        written = self.rng.choice((f"Q{quarter} {year}", f"the {ordinal} quarter of {year}"))
        return f"[{written}|d {first}/{last} quarter]"

    def months(self) -> str:
        month, year = self.rng.randint(1, 11), self.start.year
        both = self.rng.choice((" and ", " & ")).join(calendar.month_name[month : month + 2])
        return f"[{both} {year}|d {year}-{month:02d}/{year}-{month + 1:02d}]"

    def _day(self) -> datetime.date:
        return self.start + datetime.timedelta(self.rng.randint(0, (self.end - self.start).days - 12))

    def _month(self, day: datetime.date) -> str:
        return calendar.month_name[day.month]

    def on(self) -> str:
        day = self._day()
        if self.rng.random() < 0.3:
            return f"in [{self._month(day)} {day.year}|d {day:%Y-%m}]"
        suffix = "" if self.rng.random() < 0.7 else ordinal_suffix(day.day)
        month = self._month(day) if self.rng.random() < 0.8 or day.month == 5 else f"{calendar.month_abbr[day.month]}."
        if self.month_first:
            return f"on [{month} {day.day}{suffix}, {day.year}|d {day}]"
        return f"on [{day.day}{suffix} {month} {day.year}|d {day}]"

    def later(self) -> str:
        year = self.end.year
        return self.rng.choice((f"by the end of [{year}|d {year}]", f"in [early {year + 1}|d {year + 1}]", self.on()))

    def span(self) -> str:
        first = self._day()
        last = first + datetime.timedelta(self.rng.randint(1, 9))
        value = f"{first}/{last}"
        if first.month != last.month:
            if self.month_first:
                written = f"{self._month(first)} {first.day} to {self._month(last)} {last.day}, {last.year}"
            else:
                written = f"{first.day} {self._month(first)} to {last.day} {self._month(last)} {last.year}"
            return f"from [{written}|d {value}]" if first.year == last.year else self.on()
        dash = self.rng.choice(("-", "–", " to ", " – "))
        days = f"{first.day}{dash}{last.day}"
        written = (
            f"{self._month(first)} {days}, {first.year}"
            if self.month_first
            else f"{days} {self._month(first)} {first.year}"
        )
        return f"on [{written}|d {value}]"
