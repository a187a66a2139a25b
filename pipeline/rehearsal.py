"""A report that a keeper reads before it forks, so that no child has to do for itself what can be done once.

On the first report that a process reads it loads gazetteers, compiles patterns, looks for the fonts of the system, and
works out what it keeps of each word. A child that begins with all this costs less. The report is made up, and changes
no result: what is remembered of one report never decides about another.

It has something of every kind that ordinary reports have, and frequent words: what the rules ask first of a date,
an amount, a country that is also a language or a name, an organization and its acronym, a list and a table.
"""

import calendar
from collections.abc import Iterator, Sequence

from pipeline.records import ExtractedSubmission, Page, Passage, Report, Section, SegmentedSubmission, Word

HEADINGS = ("1. Training and advice", "1.1 Courses", "2. Health and water", "3. Finances", "a) Outlook")
TITLE = ("Harbour Council for Community Development (HCCD)", "Annual Report 2020", "January to December 2020")
"""The lines that are set in bold."""

TEXT = """
Harbour Council for Community Development (HCCD)
Annual Report 2020
January to December 2020
This report was prepared by the secretariat on behalf of the board and describes what we did over the past year,
with whom we worked, how much it cost and what we have learned from it. It is based on the reports of our members.
1. Training and advice
In March 2020 the Ministry of Health of Peru gave HCCD about USD 1,200 and 40 kits for three clinics in Lima. On
3/4/2020 the World Health Organization (WHO) trained 45 officials, among them more than 20 women, for two weeks.
Between 1 June and 15 August 2019 some 300 young people from Jordan, Chad, Georgia and Turkey took part in a summer
school; courses were held in English, French and Spanish. The German embassy and Dr. Jordan Smith, who had been in
PNG and the USA, were there.
1.1 Courses
• Workshop for 25 teachers, 12-14 May 2020
• Handbook for nurses and carers, second edition, 1,500 copies
• Meeting with Kenyan and Brazilian colleagues, spring 2021
• Number of trained volunteers: 28 (2019: 17)
The office is open from 9 a.m. to 5 p.m. every day and was used twice a week by around ten to fifteen families who
need help. An agreement with the University of Nairobi was signed on 10th Sept. 2018 and will end by the middle of
2022.
2. Health and water
Since 2016 our partners have built 12 wells, 3 schools and a health centre for 4,500 people, or 60% of all
households in the district. They also received food parcels, medicines, seeds, tools, blankets and tents after the
floods. However, many children could not go to school because there was no road. Most of them had never seen a
doctor before. Local authorities, community groups and the Red Cross provided transport, equipment and information
within six months.
3. Finances
The project had a budget of EUR 2.5 million, of which $750,000 came from the European Union, £30,000 from the United
Kingdom and Rs. 5 lakh from donors in India. Total costs were CHF 80'000 less than in FY2019/20; grants and loans
rose by nearly a third. Staff costs, travel, rent and other expenses are shown below.
Item 2019 2020
Salaries 120,400 131,250
Travel 8,300 2,100
Total 128,700 133,350
a) Outlook
Next year, the Council will continue its work with the Federation of Rural Women and expand these services to new
areas. We would like to thank everyone who supported us, including the National Research Institute, for their time
and efforts.
"""
COMMON = """
the of and to in a is that for it as was with be by on not he his but at are this have from or had an they which one
you were all her she there would their we him been has when who will no more if out so up said what its about than
into them can only other time new some could these two may first then do any like my now over such our man me even
most made after also did many off before must well back through years much where your way down should because long
each just state those people too mr how little good world make very year still see own work day men get here both
between life being under three never know same last another while us might great go come since against right came take
used himself few house use during without again place around however home small found mrs thought went say part
general high upon school every don does got united left number course war until always away something fact water less
public put think almost hand enough far took head yet better set told nothing night end why called find going look
asked later point next city business give group young days given
"""
"""Frequent words of English."""
USUAL = """
present national members second order early local social several community important health services women children
report project programme activities training support development education workshop meeting participants staff
management partners district government ministry council committee association office region areas country countries
international rural total held provided received organized supported including based conducted implemented established
increased improved continued completed started delivered trained attended reached carried developed assistance access
information policy research network centre quality capacity annual financial budget funds grant costs households
families students teachers farmers workers volunteers beneficiaries youth communities villages schools hospitals
clinics equipment materials food security emergency response protection rights law legal human economic environment
climate energy agriculture production market trade income applied approved covered closed opened added visited
published planned agreed signed signing moved expected invited elected appointed paid spent raised donated distributed
repaired renovated purchased reviewed monitored evaluated assessed identified selected recruited employed hired
registered recorded counted measured surveyed achieved enabled allowed helped ensured strengthened promoted encouraged
launched introduced prepared presented discussed reports plan plans study studies survey review evaluation assessment
results outcome outcomes objective objectives goal goals target targets progress achievements challenges lessons
recommendations conclusion introduction background summary overview annex table figure list page chapter section
cooperation collaboration partnership agreement foundation federation union society trust fund bank authority agency
board commission department division unit university college hospital clinic library museum church chamber commerce
delegation embassy president director manager coordinator officer secretary treasurer chair advisor expert consultant
assistant nurse doctor lawyer judge police mayor minister ambassador donor sponsor supporter friend neighbours
relatives parents mothers fathers girls boys adults elderly disabled persons refugees migrants returnees displaced
victims survivors patients prisoners care shelter housing homes family village town towns cities districts province
municipality municipalities county states north south east west africa asia europe america london geneva road roads
bridge bridges wells pump pumps latrines sanitation hygiene nutrition vaccination vaccine malaria disease diseases
mental maternal child primary secondary vocational literacy language languages technical conference congress forum
seminar session sessions event events visit visits tour campaign exhibition festival week weeks month months quarter
half period date times start beginning january february march april june july august september october november
december monday friday spring summer autumn winter monthly weekly daily regular average amount share percent
percentage rate increase decrease expenditure expenses salaries salary travel rent vehicles vehicle computers
furniture supplies books kits tools seeds blankets tents parcels wheelchairs bicycles sewing machines solar panels
grants loan loans donation donations contribution contributions subsidy allocation account accounts audit euro euros
dollar dollars pounds million billion thousand hundred dozen four five six seven eight nine ten eleven twelve thirteen
fourteen fifteen sixteen eighteen twenty thirty forty fifty sixty third fourth fifth 1st 2nd 3rd 4th 5th 6th 7th 8th
9th 10th 11th 12th 15th 20th 21st 25th 30th 31st least nearly approximately fewer various others near rather free open
old older younger bad best low large short term hotline pilot waiting pending ongoing obstacles weather delays lack
shortage led continue continues depend meet
"""
"""Words that stand in many reports, in headings too, where they have capitals."""
FIGURES = (*map(str, range(101)), *map(str, range(1990, 2031)), *(f"{number}%" for number in range(5, 101, 5)))
MONTHS = (*calendar.month_name[1:], *calendar.month_abbr[1:])

_LEFT, _TOP, _STEP, _SIZE = 54.0, 60.0, 13.0, 10.0
_WIDTH, _HEIGHT = 595, 842
_ADVANCE = 0.5


def _lines() -> tuple[str, ...]:
    return tuple(TEXT.strip().splitlines())


def as_extracted() -> ExtractedSubmission:
    """The report as `extract` leaves it, its letters all of one width."""
    words: list[Word] = []
    for number, line in enumerate(_lines()):
        left, top = _LEFT, _TOP + _STEP * number
        for part in line.split():
            box = (left, top, left + _ADVANCE * _SIZE * len(part), top + _SIZE)
            words.append(Word(part, box, "Helvetica", _SIZE, _is_bold(line), False, number, 1))
            left = box[2] + _ADVANCE * _SIZE
    page = Page(1, float(_WIDTH), float(_HEIGHT), 0, "text_layer", tuple(words))
    return ExtractedSubmission("rehearsal", "extracted", 1, (page,))


def as_segmented() -> SegmentedSubmission:
    """The report as `segment` leaves it, in one section, with another of frequent words."""
    text = "\n".join(_lines()[len(TITLE) :])
    usual = USUAL.split()
    words = " ".join((*COMMON.split(), *usual, *map(str.capitalize, usual), *FIGURES, *MONTHS))
    sections = tuple(
        Section(number, None, 1, f"{number}.", str(number), Passage(title), Passage(body), 1, 1)
        for number, (title, body) in enumerate((("Training", text), ("Words", words)), 1)
    )
    report = Report(1, TITLE[0], None, None, None, None, 1, 1, sections)
    return SegmentedSubmission("rehearsal", (report,))


def as_pdf() -> bytes:
    """The report as a file of one page, in the fonts that every reader has."""
    drawn = "\n".join(_drawing()).encode("cp1252")
    fonts = " ".join(
        f"/{name} << /Type /Font /Subtype /Type1 /BaseFont /{font} /Encoding /WinAnsiEncoding >>"
        for name, font in (("R", "Helvetica"), ("B", "Helvetica-Bold"))
    )
    return _written(
        (
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {_WIDTH} {_HEIGHT}] /Contents 4 0 R "
            f"/Resources << /Font << {fonts} >> >> >>".encode(),
            b"<< /Length %d >>\nstream\n%s\nendstream" % (len(drawn), drawn),
        )
    )


def _is_bold(line: str) -> bool:
    return line in HEADINGS or line in TITLE


def _drawing() -> Iterator[str]:
    for number, line in enumerate(_lines()):
        text = "".join("\\" + character if character in "()\\" else character for character in line)
        place = f"{_LEFT:g} {_HEIGHT - _TOP - _SIZE - _STEP * number:g}"
        yield f"BT /{'B' if _is_bold(line) else 'R'} {_SIZE:g} Tf {place} Td ({text}) Tj ET"


def _written(objects: Sequence[bytes]) -> bytes:
    """A file of these objects, the first of them its catalog."""
    file, places = bytearray(b"%PDF-1.7\n"), []
    for number, body in enumerate(objects, 1):
        places.append(len(file))
        file += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    end = b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (size, len(file))
    return bytes(file + b"xref\n0 %d\n0000000000 65535 f \n" % size + table + end)
