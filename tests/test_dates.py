"""What is a date and which days it means, sentence by sentence; `marked` explains the marks."""

import datetime
import re

import pytest
from dateparser.date import DateDataParser
from edtf import parse_edtf
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.dates import find_dates
from pipeline.dates.atoms import MONTH_NAMES, gap, tokens
from pipeline.dates.durations import ADVERBS
from pipeline.dates.periods import days
from pipeline.dates.shapes import Part
from pipeline.records import Context, DateValue, Mention, Refusal, Span
from tests import marked

NOTHING = Context()
YEAR_2021 = Context(
    period_start=datetime.date(2021, 1, 1),
    period_end=datetime.date(2021, 12, 31),
    reference_date=datetime.date(2021, 12, 31),
    day_first=True,
)
SIXTEEN_MONTHS = Context(
    period_start=datetime.date(2021, 3, 1),
    period_end=datetime.date(2022, 6, 30),
    reference_date=datetime.date(2022, 6, 30),
)
QUARTER = Context(period_start=datetime.date(2021, 7, 1), period_end=datetime.date(2021, 9, 30))
ONE_DAY = Context(
    period_start=datetime.date(2017, 2, 6),
    period_end=datetime.date(2017, 2, 6),
    reference_date=datetime.date(2017, 2, 6),
    day_first=True,
)
AMERICAN = Context(day_first=False)
APRIL = Context(fiscal_year_start=4)
JAPANESE = Context(fiscal_year_start=4, fiscal_year_named_for_start=True)

DAYS = [
    "The clinic opened on [12 April 2018|date 2018-04-12].",
    "The clinic opened on [April 12, 2018|date 2018-04-12].",
    "The clinic opened on [12th April, 2018|date 2018-04-12].",
    "The clinic opened on [the 12th of April 2018|date 2018-04-12].",
    "The clinic opened on [12 IV 2018|date 2018-04-12] and closed on [3.XI.2018|date 2018-11-03].",
    "The clinic was built in the fiscal year 2074/75 ([2017/18|date 2017/2018]), in Baisakh 2075 BS.",
    "The clinic opened on [Apr. 12, 2018|date 2018-04-12] in the old market hall.",
    "The clinic opened on [12-Apr-2018|date 2018-04-12].",
    "Opened [Thursday, 12 April 2018|date 2018-04-12].",
    "Opened [Thu. 12 April 2018|date 2018-04-12].",
    "Opened [Thursday, April 12th, 2018|date 2018-04-12].",
    "The memorandum (signed [2018-04-12|date 2018-04-12]) runs on.",
    "Signed [2018/4/12|date 2018-04-12]; sealed [2018.4.13|date 2018-04-13].",
    "Signed on [12.04.2018|date 2018-04-12].",
    "Signed on [30.06.18|date 2018-06-30] and [05.11.18|date 2018-11-05], see 1.2.19, 2.12.18 and 10.11.12.",
    "Signed on [May 3 (Mon), 2021|date 2021-05-03]; open [21 July (Wed) 2021|date 2021-07-21].",
    "On [1° de mayo de 2019|date 2019-05-01] we marched.",
    "Signed on [27/04/2018|date 2018-04-27] and [04/27/2018|date 2018-04-27].",
    "Closed on [April first 2018|date 2018-04-01].",
    "Closed on [the twenty-first of June, 2018|date 2018-06-21].",
    "[29 February 2020|date 2020-02-29] was a Saturday.",
    "Seeds were handed out on [9 NOVEMBER 2019|date 2019-11-09].",
    "Updated [3 Sept 2016|date 2016-09-03], next update due [17 Sept. 2016|date 2016-09-17].",
    "- [8 May 2022|date 2022-05-08]: opening of the second shelter",
    "Personnel (as of [1 July 2020|date 2020-07-01])",
    "A letter of [5th of October 2015|date 2015-10-05] asked for more.",
    "Founded on [2 January '98|date 1998-01-02].",
]
MONTHS = [
    "Volunteers were recruited in [March 2021|date 2021-03].",
    "Volunteers were recruited in [Mar. 2021|date 2021-03].",
    "Volunteers were recruited in [March, 2021|date 2021-03].",
    "Volunteers were recruited in [March of 2021|date 2021-03].",
    "Last stock count: [2021 March|date 2021-03]",
    "Last stock count: [03/2021|date 2021-03]",
    "Last stock count: [2021/03|date 2021-03]",
    "The survey (cf. [Dec-2018|date 2018-12]) was repeated.",
    "[Mar-21|date 2021-03] [Apr-21|date 2021-04] total",
    "Printed [06.2021|date 2021-06], price 6.2021",
    "The [October 2017|date 2017-10] floods displaced many families.",
    "An appeal was launched in [Nov '19|date 2019-11].",
]
YEARS = [
    "Sales grew from 1800 in [2019|date 2019] to 2000 in [2020|date 2020].",
    "Sales grew in [2019|date 2019], 1,800 in [2020|date 2020] and 2,000 in [2021|date 2021].",
    "The network was founded in [1987|date 1987].",
    "In [2019|date 2019], 40 clubs joined.",
    "[2019|date 2019]: forty clubs joined.",
    "- [2020|date 2020]: cancelled",
    "During [2016|date 2016] the roof was rebuilt.",
    "[Since 2014|date 2014] we run a hotline.",
    "The target for [2025|date 2025] is higher.",
    "The budget of [2018|date 2018] was approved.",
    "Membership doubled (from 2 000 in [2012|date 2012] to 4 000 in [2016|date 2016]).",
    "Compare [2015|date 2015], [2016|date 2016] and [2017|date 2017].",
    "Both in [2019|date 2019] and in [2020|date 2020] the camp was held.",
    "Our [2019|date 2019] campaign reached two valleys.",
    "The [2011|date 2011] earthquake is not forgotten.",
    "A survey (Statistics Office, [2013|date 2013]) shows the same.",
    "Yearbook [2022|date 2022]",
    "Established in [1975|date 1975] by Act of Parliament",
    "It became a member in [the year 2003|date 2003].",
    "Sales went up in [calendar year 2008|date 2008].",
    "[2020|date 2020] youth programme",
]
COARSE = [
    "In [the first six months of 2020|date 2020-01/2020-06 half] all events moved online.",
    "In [the last three months of 2019|date 2019-10/2019-12 quarter] some returned.",
    "Grants of [Q1 FY2022|date 2022-01/2022-03 quarter] were late.",
    "During the [2021/2022|date 2021/2022] academic year",
    "Membership grew in [Q3 2019|date 2019-07/2019-09 quarter].",
    "Membership grew in [Q3/2019|date 2019-07/2019-09 quarter].",
    "Membership grew in [2019 Q3|date 2019-07/2019-09 quarter].",
    "Membership grew in [2019-Q3|date 2019-07/2019-09 quarter].",
    "Membership grew in [the third quarter of 2019|date 2019-07/2019-09 quarter].",
    "Membership grew in [the 3rd quarter of 2019|date 2019-07/2019-09 quarter].",
    "Membership fell in [the last quarter of 2019|date 2019-10/2019-12 quarter].",
    "In [the first half of 2020|date 2020-01/2020-06 half] all events moved online.",
    "In [H2 2020|date 2020-07/2020-12 half] some returned.",
    "In [the second half of 2020|date 2020-07/2020-12 half] some returned.",
    "Planting took place in [spring 2018|date 2018-03/2018-05 season].",
    "Planting took place in [the autumn of 2018|date 2018-09/2018-11 season].",
    "The union dates back to [the 1950s|date 1950s].",
    "The union dates back to [the 1950's|date 1950s].",
    "The union dates back to [the early 1950s|date 1950s approximate].",
    "The chapel was built in [the 19th century|date 1801/1900 century].",
    "Training starts in [week 3 of 2022|date 2022-01-17/2022-01-23 week].",
    "In [FY 2020|date 2020] we served more families.",
    "In [FY2019/20|date 2019/2020] we served more families.",
    "In [fiscal year 2018-2019|date 2018/2019] we served more families.",
    "In [the financial year 2018/19|date 2018/2019] we served more families.",
]
RANGES = [
    "The fair ran [from 3 May to 9 June 2019|date 2019-05-03/2019-06-09].",
    "The fair ran [from May 3 to June 9, 2019|date 2019-05-03/2019-06-09].",
    "The fair ran from the site, [3–9 May 2019|date 2019-05-03/2019-05-09].",
    "The fair ([May 3-9, 2019|date 2019-05-03/2019-05-09]) was full.",
    "The fair ([3rd-9th May, 2019|date 2019-05-03/2019-05-09]) was full.",
    "The fair ([May 3~9, 2019|date 2019-05-03/2019-05-09]) was full.",
    "The fair ([3 to 9 May 2019|date 2019-05-03/2019-05-09]) was full.",
    "The fair ([Friday 3 to Thursday 9 May 2019|date 2019-05-03/2019-05-09]) was full.",
    "The fair was open [between 3 and 9 May 2019|date 2019-05-03/2019-05-09].",
    "The fair was open [from the 3rd to the 9th of May 2019|date 2019-05-03/2019-05-09].",
    "A camp over New Year, [28 December 2015 – 4 January 2016|date 2015-12-28/2016-01-04].",
    "A camp over New Year, [28 December – 4 January 2016|date 2015-12-28/2016-01-04].",
    "A camp over New Year, [28 December 2015 to 4 January|date 2015-12-28/2016-01-04].",
    "[July 2018 – October 2019|date 2018-07/2019-10]",
    "[Jul. 2018-Oct. 2019|date 2018-07/2019-10]",
    "[July to October 2019|date 2019-07/2019-10]",
    "[Nov-Feb 2017|date 2016-11/2017-02]",
    "[between July and October 2019|date 2019-07/2019-10]",
    "Period: [2018/07–2019/10|date 2018-07/2019-10]",
    "Period: [2018.7.1 ~ 2019.6.30|date 2018-07-01/2019-06-30]",
    "Period: [01.07.2018 - 30.06.2019|date 2018-07-01/2019-06-30]",
    "Period: [07.-10.08.2018|date 2018-08-07/2018-08-10]",
    "Period: [2018-07-01 to 2019-06-30|date 2018-07-01/2019-06-30]",
    "Strategic Plan [2021–2025|date 2021/2025]",
    "Strategic Plan [2021‐2025|date 2021/2025]",
    "The programme ran [from 2014 to 2018|date 2014/2018].",
    "The programme ran [between 2014 and 2018|date 2014/2018].",
    "The programme ran in [2014-18|date 2014/2018].",
    "The programme ran in [2014~2018|date 2014/2018].",
    "Projects of [the period 2000-06|date 2000/2006] were closed.",
    "Projects of [the years 2003 to 2007|date 2003/2007] were closed.",
    "[The school year 2018/19|date 2018/2019] was short.",
    "The fair ran [from July 21 (Wed.) to August 31 (Tue.), 2021|date 2021-07-21/2021-08-31].",
    "Held [March 7-11, 2022|date 2022-03-07/2022-03-11], 28 came; [May 7-9, 2022|date 2022-05-07/2022-05-09], 30 came.",
    "We spent CHF 18 million in [2017|date 2017], CHF 19 in [2018|date 2018] (a fee of 2000 USD).",
    "We met on [2020/4/27-28|date 2020-04-27/2020-04-28] and [2019.5.3~5|date 2019-05-03/2019-05-05].",
    "In [Q1-Q3 2020|date 2020-01/2020-09 quarter] most halls were shut.",
    "[from 2019 to May 2020|date 2019/2020-05]",
    "[from the middle of 2007 to the end of 2008|date 2007/2008 approximate]",
    "[Between Jan. and Mar. 2021|date 2021-01/2021-03], [Sept. to Nov. 2020|date 2020-09/2020-11]",
    "[between early 2011 and mid-2013|date 2011/2013 approximate]",
    "[late 2011 to early 2013|date 2011/2013 approximate]",
    "The cooperatives of [the 1960s-1970s|date 1960s/1970s] were small.",
    "[1856-ca. 1865|date 1856/1865 approximate]",
]
LISTS = [
    "Held on [12/13 October 2022|date 2022-10-12/2022-10-13].",
    "[from 1 to 3 August|date 2021-08-01/2021-08-03] and [from 10 to 12 September 2021|date 2021-09-10/2021-09-12]",
    "Held on [2-3/05/2021|date 2021-05-02/2021-05-03].",
    "Held on [June 6, 7, and 8, 2022|date 2022-06-06/2022-06-08].",
    "Held on [Oct 21st & 22nd, 2019|date 2019-10-21/2019-10-22].",
    "Held on [21 and 22 October 2019|date 2019-10-21/2019-10-22].",
    "Held on [14 May|date 2019-05-14] and [3 December 2019|date 2019-12-03].",
    "Held on [14 May 2019|date 2019-05-14] and [3 December 2019|date 2019-12-03].",
    "Held on [3|date 2019-05-03], [10|date 2019-05-10] and [17 May 2019|date 2019-05-17].",
    "Held on [May 3|date 2019-05-03], [10|date 2019-05-10] and [17, 2019|date 2019-05-17].",
    "Held on [3-5|date 2019-05-03/2019-05-05] and [8-9 May 2019|date 2019-05-08/2019-05-09].",
    "[July, August and September 2019|date 2019-07/2019-09] saw fewer visits.",
    "[July and August 2019|date 2019-07/2019-08] saw fewer visits.",
    "[March|date 2019-03] and [September 2019|date 2019-09] saw more.",
    "[June/July 2019|date 2019-06/2019-07]",
    "[Q1 and Q2 2021|date 2021-01/2021-06 quarter]",
    "[the first and second quarters of 2021|date 2021-01/2021-06 quarter]",
    "Meetings: [5 March 2020|date 2020-03-05], [6 April 2020|date 2020-04-06], [2021|date 2021].",
]
QUALIFIED = [
    "Coordinator ([Sept. 2019 - present|date 2019-09]), treasurer ([2018-present|date 2018])",
    "[mid-to-late May 2021|date 2021-05 approximate]",
    "At [year-end 2021|date 2021 approximate] the fund was full.",
    "By [mid-2021|date 2021 approximate] we will open two shelters.",
    "The fund was set up in [early 2016|date 2016 approximate].",
    "The fund was set up in [late May 2016|date 2016-05 approximate].",
    "The fund was set up at [the beginning of 2016|date 2016 approximate].",
    "The fund was set up at [the end of March 2016|date 2016-03 approximate].",
    "The fund was set up [around 2016|date 2016 approximate].",
    "The mill was built [circa 1860|date 1860 approximate].",
    "The mill was built [c. 1860|date 1860 approximate].",
    "[~ Feb 2012|date 2012-02 approximate]",
    "Licences issued in [2018 or later|date 2018] stay valid.",
    "Licences issued from [2018 onwards|date 2018] stay valid.",
    "The line is open [since March 2018|date 2018-03].",
    "Fees were waived [until June 2020|date 2020-06].",
    "In [the first half of May 2020|date 2020-05 approximate] the office was shut.",
    "Built in [1862 (uncertain)|date 1862 approximate].",
]
DURATIONS = [
    "The project lasts [3 years|date P3Y].",
    "Help arrived [within 45 days|date P45D].",
    "The [18-month|date P18M] pilot was extended by [half a year|date P6M].",
    "The [three-year|date P3Y] plan and the [One-year|date P1Y] course",
    "In the past [two decades|date P20Y] nothing changed.",
    "Fellows stay for [2 1/2 years|date P2Y6M] or [a month and a half|date P1.5M].",
    "He served [2 years and 3 months|date P2Y3M].",
    "Each class takes [two hours|date PT2H], the test [90 minutes|date PT90M].",
    "Repairs took [about six weeks|date P6W approximate].",
    "Isolation lasts [10 to 14 days|date P10D approximate].",
    "The board meets [every 5 years|date R/P5Y].",
    "The board meets [every other week|date R/P2W] and votes [twice a year|date R/P6M].",
    "The board meets [quarterly|date R/P3M]; the [annual|date R/P1Y] audit is public.",
    "[Each year|date R/P1Y] the board changes.",
    "Bulletins appear [once a month|date R/P1M].",
    "News comes [twice-weekly|date R/P3.5D] or [bi-monthly|date R/P2M], calls [three times per week|date R/P2.333D].",
    "a [twenty-five-year|date P25Y] lease",
]
OTHER_LANGUAGES = [
    "Réunion du [3 au 5 mai 2020|date 2020-05-03/2020-05-05] à la mairie",
    "le [1er septembre 2014|date 2014-09-01]",
    "en [février 2014|date 2014-02]",
    "Taller del [12 de marzo de 2021|date 2021-03-12]",
    "Am [3. Oktober 2019|date 2019-10-03] in Bonn",
    "em [abril de 2019|date 2019-04]",
    "Signed [2019年10月21日|date 2019-10-21].",
    "Signed [2019년 3월|date 2019-03].",
]
NO_DATES = [
    "In 2077/78 B.S. and Shrawan 2077 the road was closed.",
    "3 x 2019 chairs",
    "See section 4.2 of the 2019 guidelines.",
    "Section 2010 and page 1999 of volume 3",
    "Call +44 20 7946 2011 or 2864 2929.",
    "Tel: 020 7946 2018",
    "Fax 2010-2015-88",
    "Convention No. 122 and Recommendation No. 1999",
    "Resolution 1325 (2000) and Law No. 25 of 2004",
    "The Water Act 2003 applies.",
    "Decree 986/1998 applies.",
    "ISO 9001:2015 certified",
    "form B-2019-17, building 2019-B, case 133-03-03-2020",
    "The ratio is 3/4; 12/31 members voted; a 5-6 split",
    "The 36th assembly and the 2nd committee",
    "2000 people came and 1500 households were reached.",
    "deliver 1900 pieces of soap",
    "We trained 2019 farmers and 2,020 teachers.",
    "Over 2000 copies, nearly 1800 books",
    "It was attended by 2022 delegates.",
    "USD 2000 was paid, then 1990 EUR, then $2015",
    "2000 km of road, 1900 kg of rice, 1800 m",
    "Open from 19:30 to 20:15, at 10.30 am",
    "She is 17 years old; children under 5 years; aged 25 years",
    "people 60 years and over",
    "COVID-19, H1N1, SDG 3, A/69/2015",
    "This may or may not be right; you may 10 times",
    "We march on. The second half was better than the first half.",
    "In the first quarter of the town; a quarter of members",
    "Spring water in summer and autumn",
    "the third, fourth and fifth groups",
    "sat on a sun bed, mon ami",
    "in recent years, in the coming days, for years",
    "Room 1801, Hall 2020, Flat 1999",
    "v2019 of the tool, build 20190503",
    "no such day: 31-06-2019",
    "between 730 and 930 members",
    "a 1:1 meeting, 1-1 draw, 8/1.5",
    "5 March",  # no year is certain
    "on 30 and 31 October",
    "in June",
    "last month",
    "the same month",
    "id=2019, #2020, @2018, No. 2015",
    "The Sunday school, the Friday club",
    "1.2.19 Findings",
    "Mr. March and Mrs. May; April Smith; Augustus",
    "Total 2019.50 and 2018.75",
    "2015% more",
    "Daily Star, Annual General Meeting, Monthly Digest",
]
"""Dates of any kind in none of these, even when the report says nothing about its time."""


def check(sentence: str, context: Context = NOTHING) -> None:
    text, expected = marked.read(sentence)
    mentions = find_dates(text, context)
    assert marked.differences(expected, mentions) == []
    for mention in mentions:
        assert text[mention.start : mention.end] == mention.text
        if isinstance(mention.value, DateValue) and mention.value.edtf is not None:
            assert parse_edtf(mention.value.edtf) is not None


@pytest.mark.parametrize(
    "sentence",
    [*DAYS, *MONTHS, *YEARS, *COARSE, *RANGES, *LISTS, *QUALIFIED, *DURATIONS, *OTHER_LANGUAGES, *NO_DATES],
)
def test_finds_what_a_reader_marked(sentence: str) -> None:
    check(sentence)


@pytest.mark.parametrize(
    ("context", "sentence"),
    [
        (YEAR_2021, "Visits on [2 September|date 2021-09-02 inferred] and [Oct 4|date 2021-10-04 inferred]."),
        (YEAR_2021, "The hall was shut in [June|date 2021-06 inferred]."),
        (YEAR_2021, "The hall was shut [from June to August|date 2021-06/2021-08 inferred]."),
        (YEAR_2021, "The hall was shut [since May|date 2021-05 inferred]."),
        (YEAR_2021, "- [March|date 2021-03 inferred]: planning"),
        (YEAR_2021, "In [May|date 2021-05 inferred] 15 workshops were held."),
        (YEAR_2021, "[Q2|date 2021-04/2021-06 quarter inferred] was better."),
        (YEAR_2021, "In [the first quarter|date 2021-01/2021-03 quarter inferred] of the year"),
        (YEAR_2021, "In [2017|date 2017] a hall was bought; in [August|date 2021-08 inferred] it was sold."),
        (YEAR_2021, "Rations reached all by [19/03|date 2021-03-19 inferred] and on 3/4 of the way."),
        (YEAR_2021, "In [2022|date 2022] we shall meet again ([5 to 7 August|date 2022-08-05/2022-08-07 inferred])."),
        (YEAR_2021, "Plans for [2022|date 2022] were made. In [August|date 2021-08 inferred] the roof was mended."),
        (YEAR_2021, "More members joined [this year|date 2021 inferred] than [last year|date 2020 inferred]."),
        (YEAR_2021, "Elected in [November last year|date 2020-11 inferred]."),
        (
            YEAR_2021,
            "On [5 May 2021|date 2021-05-05] rain fell, in [October the same year|date 2021-10 inferred] snow.",
        ),
        (
            NOTHING,
            "On [5 May 2021|date 2021-05-05] rain fell; in [the same month|date 2021-05 inferred] roads broke.",
        ),
        (YEAR_2021, "On [5 May 2021|date 2021-05-05] and on [the 14th of the same month|date 2021-05-14 inferred]"),
        (YEAR_2021, "On [5 May 2021|date 2021-05-05] rain fell, and [that same day|date 2021-05-05 inferred] wind."),
        (YEAR_2021, "Paid on [03/04/2021|date 2021-04-03]."),
        (YEAR_2021, "Open today. Call yesterday or tomorrow."),
        (
            SIXTEEN_MONTHS,
            "In [August|date 2021-08 inferred] only one was possible.",
        ),
        (SIXTEEN_MONTHS, "In May two are possible."),
        (SIXTEEN_MONTHS, "In [May 2022|date 2022-05] and again on [9 June|date 2022-06-09 inferred]"),
        (SIXTEEN_MONTHS, "More members joined this year than last year."),
        (QUARTER, "It is due [late October|date 2021-10 approximate inferred]."),
        (QUARTER, "To be done by [20 December|date 2021-12-20 inferred], begun in [May|date 2021-05 inferred]."),
        (QUARTER, "Held [August 7-11|date 2021-08-07/2021-08-11 inferred], 28 persons came."),
        (QUARTER, "More in [Q4|date 2021-10/2021-12 quarter inferred]."),
        (QUARTER, "Approved in [Q2|date 2021-04/2021-06 quarter inferred], not in Q1; due in January."),
        (ONE_DAY, "On [28 January|date 2017-01-28 inferred] and [30 December|date 2016-12-30 inferred]"),
        (ONE_DAY, "Water rose [yesterday|date 2017-02-05 inferred] and [today|date 2017-02-06 inferred]."),
        (ONE_DAY, "Water rose [last month|date 2017-01 inferred]."),
        (ONE_DAY, "In [July 2016|date 2016-07], in [August|date 2016-08 inferred] too"),
        (AMERICAN, "Paid on [03/04/2021|date 2021-03-04]."),
        (APRIL, "In [FY2019/20|date 2019-04/2020-03 year] and [FY2021|date 2020-04/2021-03 year]"),
        (JAPANESE, "In [FY2019/20|date 2019-04/2020-03 year] and [FY2021|date 2021-04/2022-03 year]"),
        (APRIL, "In [Q1 FY2019/20|date 2019-04/2019-06 quarter] and [FY2021 H2|date 2020-10/2021-03 half]"),
        (APRIL, "In [2019/20|date 2019/2020] and [2021|date 2021]"),
    ],
)
def test_takes_from_the_context_what_is_certain(context: Context, sentence: str) -> None:
    check(sentence, context)


@pytest.mark.parametrize(
    ("text", "edtf"),
    [
        ("on 3 May 2019", "2019-05-03"),
        ("in May 2019", "2019-05"),
        ("in 2019", "2019"),
        ("in early 2019", "2019~"),
        ("in the 1990s", "199X"),
        ("in the 19th century", "18XX"),
        ("Q3 2019", "2019-35"),
        ("end of Q3 2019", "2019-07~/2019-09~"),
        ("H1 2019", "2019-40"),
        ("spring 2019", "2019-21"),
        ("3-5 May 2019", "2019-05-03/2019-05-05"),
        ("May 2019 to 2020", "2019-05/2020"),
        ("in 2018-19", "2018/2019"),
        ("Q1-Q3 2019", "2019-01/2019-09"),
        ("1960s-1970s", "196X/197X"),
        ("since 2018", "2018/.."),
        ("2018 or later", "2018/.."),
        ("until May 2018", "../2018-05"),
        ("1860?", "1860?"),
        ("from early 2011 to mid-2013", "2011~/2013~"),
        ("week 3 of 2022", "2022-01-17/2022-01-23"),
    ],
)
def test_edtf(text: str, edtf: str) -> None:
    [mention] = find_dates(text, NOTHING)
    assert isinstance(mention.value, DateValue)
    assert mention.value.edtf == edtf
    assert parse_edtf(edtf) is not None


def test_kinds() -> None:
    kinds = {
        m.text: m.value.kind
        for m in find_dates("in May 2019; 3-5 May 2019; in 2018-19; 3 weeks; every week", NOTHING)
        if isinstance(m.value, DateValue)
    }
    assert list(kinds.values()) == ["date", "range", "range", "duration", "recurrence"]


def test_order_of_day_and_month_is_doubted_where_nothing_tells() -> None:
    [doubtful] = find_dates("Paid on 03/04/2021.", NOTHING)
    [settled] = find_dates("Paid on 03/04/2021.", AMERICAN)
    assert doubtful.confidence == 0.5 < settled.confidence
    first, second = find_dates("Paid on 03/04/2021 and 21/04/2021.", NOTHING)  # the other date tells
    assert isinstance(first.value, DateValue) and first.value.start_date == datetime.date(2021, 4, 3)
    assert second.confidence == first.confidence > 0.9


def test_confidence_falls_with_the_evidence() -> None:
    def confidence(text: str, context: Context = YEAR_2021) -> float:
        [mention] = find_dates(text, context)
        return mention.confidence

    spelled, cued, alone = confidence("on 3 May 2019"), confidence("in 2019"), confidence("Harbour 2019")
    assert spelled > cued > confidence("on 3 May") > alone


def test_says_why_not() -> None:
    refused: list[Refusal] = []
    text = "2000 people met on 31/31/2020, at 17 years of age, in June, under Act 630/1998."
    find_dates(text, NOTHING, refused=refused)
    assert {(r.text, r.reason) for r in refused} == {
        ("2000", "a count"),
        ("17 years", "an age"),
        ("June", "the year is not certain"),
        ("1998", "part of a longer code"),
    }
    assert all(text[r.start : r.end] == r.text for r in refused)


def test_leaves_what_is_taken() -> None:
    text = "from 2019 to 2020, then 2021"
    assert [m.text for m in find_dates(text, NOTHING, taken=[Span(5, 9)])] == ["2021"]
    assert [m.text for m in find_dates(text, NOTHING, taken=[Span(9, 10), Span(18, 19)])] == ["2021"]


def test_offsets_count_over_lines() -> None:
    text = "First line of 2019\n\n- May 2020\n\n3 weeks"
    assert [(m.text, text[m.start : m.end]) for m in find_dates(text, NOTHING)] == [
        ("2019", "2019"),
        ("May 2020", "May 2020"),
        ("3 weeks", "3 weeks"),
    ]


def test_a_date_does_not_go_over_a_line_end() -> None:
    assert [m.text for m in find_dates("3 May\n2019", YEAR_2021)] == ["3 May", "2019"]


@pytest.mark.parametrize(
    ("words", "kind", "numbers"),
    [
        ("24th", "o", (24,)),
        ("first", "o", (1,)),
        ("Sept", "M", (9,)),
        ("2018-19", "R", (2018, 2019)),
        ("1999-00", "R", (1999, 2000)),
        ("2000-06", "R", (2000, 2006)),
        ("2014-10", "m", (2014, 10)),
        ("2019/07", "m", (2019, 7)),
        ("2019/20", "R", (2019, 2020)),
        ("07/2019", "m", (2019, 7)),
        ("1990s", "X", (1990,)),
        ("’90s", "X", (1990,)),
        ("19th century", "V", (1801,)),
        ("third quarter", "Q", (3,)),
        ("last quarter", "Q", (4,)),
        ("2019.10.21", "N", (2019, 10, 21)),
        ("21.10.2019", "N", (2019, 10, 21)),
        ("2,019", "n", ()),
        ("54 200", "n", ()),
        ("19:30", "n", ()),
        ("99", "n", (99,)),
    ],
)
def test_tokens(words: str, kind: str, numbers: tuple[int, ...]) -> None:
    [token] = tokens(words)
    assert (token.kind, token.numbers) == (kind, numbers)


@pytest.mark.parametrize(
    ("between", "letter"),
    [
        (" – ", "-"),
        (" to the ", "t"),
        (", and ", "&"),
        (" & ", "&"),
        (" of ", "i"),
        (", ", ","),
        (" ", ""),
        (".-", "-"),
    ],
)
def test_gaps(between: str, letter: str) -> None:
    found = gap(between)
    assert found is not None and found.letter == letter


def test_gaps_that_part() -> None:
    assert gap(" but ") is None
    assert gap("; ") is None
    assert gap(" " * 100) is None


def test_calendar() -> None:
    assert days(Part("day", 2019, 2, 29)) is None
    assert days(Part("day", 2020, 2, 29)) == (datetime.date(2020, 2, 29),) * 2
    assert days(Part("season", 2019, number=24)) == (datetime.date(2019, 12, 1), datetime.date(2020, 2, 29))
    assert days(Part("month", month=5)) is None
    assert all(re.fullmatch(r"P([\d.]+[YMWD]|T\d+H)", duration) for duration in ADVERBS.values())


SINGLE = st.builds(
    lambda date, form: (date, form.format(d=date.day, m=MONTH_NAMES[date.month - 1][0].title(), y=date.year)),
    st.dates(datetime.date(1900, 1, 1), datetime.date(2099, 12, 31)),
    st.sampled_from(["{d} {m} {y}", "{m} {d}, {y}", "{d}th of {m} {y}", "{d}-{m}-{y}", "{y} {m} {d}"]),
)
ORACLE = DateDataParser(languages=["en"], settings={"TIMEZONE": "UTC", "STRICT_PARSING": True, "DATE_ORDER": "DMY"})


@settings(derandomize=True, max_examples=60, deadline=None)
@given(SINGLE)
def test_single_dates_agree_with_the_calendar_and_with_dateparser(case: tuple[datetime.date, str]) -> None:
    date, text = case
    [mention] = find_dates(text, NOTHING)
    assert isinstance(mention.value, DateValue)
    assert (mention.text, mention.value.start_date, mention.value.end_date) == (text, date, date)
    read = ORACLE.get_date_data(text).date_obj
    assert read is None or read.date() == date


@pytest.mark.parametrize(
    ("text", "edtf"),
    [
        ("[12 sierpnia 2014 r.], Warszawa", "2014-08-12"),
        ("w [sierpniu 2014 roku] oraz", "2014-08"),
        ("Встреча [12 августа 2014 г.] в Москве", "2014-08-12"),
        ("on [12 Aralık 2019] the board met", "2019-12-12"),
        ("[ngày 5 tháng 8 năm 2019]", "2019-08-05"),
        ("Budapest, [2019. augusztus 12.]", "2019-08-12"),
        ("στις [12 Αυγούστου 2014]", "2014-08-12"),
        ("on [15 listopada 2019]", "2019-11-15"),
        ("tarehe [3 desemba 2019]", "2019-12-03"),
    ],
)
def test_days_in_other_languages_are_read_by_dateparser(text: str, edtf: str) -> None:
    [mention] = find_dates(text.replace("[", "").replace("]", ""), NOTHING)
    assert isinstance(mention.value, DateValue)
    assert (mention.text, mention.value.edtf) == (text[text.index("[") + 1 : text.index("]")], edtf)


@pytest.mark.parametrize("text", ["5 staff 2019", "the 30 volunteers 2019 saw", "10 as 2019 ends", "3 out 2020"])
def test_words_that_are_no_months_leave_the_year_alone(text: str) -> None:
    assert [mention.text for mention in find_dates(text, NOTHING)] == [text[text.index("20") :][:4]]


PIECES = st.sampled_from(
    (
        *(
            "1",
            "12",
            "31",
            "99",
            "2019",
            "1999",
            "2018-19",
            "24th",
            "10/11/2019",
            "2019-10-21",
            "7/2019",
            "’19",
            "½",
            "%",
        ),
        *(
            "May",
            "march",
            "Q3",
            "first",
            "half",
            "quarter",
            "1990s",
            "FY",
            "two",
            "3",
            "month",
            "years",
            "annual",
            "week",
        ),
        *(
            "–",
            "-",
            "~",
            "to",
            "and",
            "&",
            ",",
            ".",
            "/",
            "of",
            "in",
            "the",
            "between",
            "from",
            "since",
            "until",
            "every",
        ),
        *("early", "mid-", "(", ")", "$", "é", "年", "\n", "today"),
    )
)


@settings(derandomize=True, max_examples=150, deadline=None)
@given(st.lists(st.tuples(PIECES, st.sampled_from(["", " "])), max_size=24), st.sampled_from([NOTHING, ONE_DAY, APRIL]))
def test_any_text_gives_mentions_that_hold(pieces: list[tuple[str, str]], context: Context) -> None:
    check_laws("".join(piece + space for piece, space in pieces), context)


@settings(derandomize=True, max_examples=100, deadline=None)
@given(st.text(max_size=200))
def test_any_characters_give_mentions_that_hold(text: str) -> None:
    check_laws(text, YEAR_2021)


def check_laws(text: str, context: Context) -> None:
    mentions: list[Mention] = find_dates(text, context, refused=[])
    end = 0
    for mention in mentions:
        assert mention.start >= end and text[mention.start : mention.end] == mention.text != ""
        end = mention.end
        value = mention.value
        assert isinstance(value, DateValue)
        assert (value.start_date is None) == (value.end_date is None) == (value.duration is not None)
        assert 0 < mention.confidence <= 1
        if value.start_date and value.end_date:
            assert value.start_date <= value.end_date
            assert value.precision != "day" or (value.edtf and len(value.edtf) >= 10)
    assert find_dates(text, context) == mentions


@pytest.mark.parametrize(
    "unit", ["2019 ", "1-", "May ", "8,", "a", "annual ", "3 years and ", "Q1-", "2019-20/", "12/"]
)
def test_long_texts_are_read_to_the_end(unit: str) -> None:
    text = (unit * 20_000)[:20_000] + "; on 3 May 2019"
    assert find_dates(text, NOTHING)[-1].text == "3 May 2019"


def test_the_number_of_a_list_is_no_day() -> None:
    listed = "1. April 2019: sowing\n2. May 2019: weeding\n3. 20–21 June: harvest"
    assert [mention.text for mention in find_dates(listed, YEAR_2021)] == ["April 2019", "May 2019", "20–21 June"]
    assert [mention.text for mention in find_dates("2. May 2019 was a Thursday", YEAR_2021)] == ["2. May 2019"]
