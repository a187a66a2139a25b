"""What counts and what does not, in sentences marked by hand."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.counts import find_counts
from pipeline.records import Context, Refusal
from tests import marked

THINGS = [
    "We trained [45 officials|count 45 officials/official] in Peru.",
    "The network has [312 members|count 312 members/member] in [nine provinces|count 9 provinces/province].",
    "[Twelve local councils|count 12 local councils/council] signed the charter.",
    "The clinic saw [1,204 patients|count 1204 patients/patient] in the first week.",
    "Volunteers packed [5 600 hygiene kits|count 5600 hygiene kits/kit].",
    "Volunteers packed [5\u202f600 hygiene kits|count 5600 hygiene kits/kit].",
    "The fund reached [1'250 families|count 1250 families/family] last winter.",
    "The survey covered [2.500.000 households|count 2500000 households/household].",
    "The drive collected [1,50,000 signatures|count 150000 signatures/signature].",
    "In all, [3.4 million people|count 3400000 people/people] lack safe water.",
    "In all, [3,4 million people|count 3400000 people/people] lack safe water.",
    "The plan foresees homes for [2 lakh families|count 200000 families/family].",
    "The appeal reached [half a million readers|count 500000 readers/reader].",
    "[Two dozen teachers|count 24 teachers/teacher] enrolled.",
    "[A dozen NGOs|count 12 NGOs/ngo] took part.",
    "[A hundred trees|count 100 trees/tree] were planted along the canal.",
    "The shelter houses [one hundred and twenty women|count 120 women/woman].",
    "The team interviewed [thirty-six caregivers|count 36 caregivers/caregiver].",
    "The webinar drew [forty-five (45) participants|count 45 participants/participant].",
    "The webinar drew [45 (forty-five) participants|count 45 participants/participant].",
    "[25 (83%) trainees|count 25 trainees/trainee] passed the exam.",
    "The library lent [12k books|count 12000 books/book] to pupils.",
    "The show had [1.5M viewers|count 1500000 viewers/viewer].",
    "They opened [3 new youth centres|count 3 new youth centres/centre] and [2 clinics|count 2 clinics/clinic].",
    "[6 trainees|count 6 trainees/trainee] from [6 countries|count 6 countries/country] completed the course.",
    "[14 countries|count 14 countries/country](Chile, Ghana, Nepal and others) sent delegates.",
    "[160 municipal, county and district offices|count 160 municipal, county and district offices/office] reopened.",
    "[17 city and provincial boards|count 17 city and provincial boards/board] reported.",
    "[11 towns and villages|count 11 towns and villages/town] were cut off.",
    "[8 doctors and nurses|count 8 doctors and nurses/doctor] flew in.",
    "We hired [4 staff members|count 4 staff members/member].",
    "We hired [4 staff|count 4 staff/staff] in March.",
    "[3 human rights defenders|count 3 human rights defenders/defender] were released.",
    "[5 sports clubs|count 5 sports clubs/club] joined the league.",
    "[20 female teachers|count 20 female teachers/teacher] and [25 male teachers|count 25 male teachers/teacher]",
    "[30 community health workers|count 30 community health workers/worker] received bicycles.",
    "[9 ex-trainees|count 9 ex-trainees/trainee] formed an alumni circle.",
    "[10 CSOs|count 10 CSOs/cso] signed [7 MoUs|count 7 MoUs/mou].",
    "[All 40 centres|count 40 centres/centre] stayed open.",
    "[A total of 657 sanitizers|count 657 sanitizers/sanitizer] went to [16 wards|count 16 wards/ward].",
    "[Three of the schools|count 3 schools/school] have no roof.",
    "[15 of the participants|count 15 participants/participant] were from rural areas.",
    "The report lists [three key findings|count 3 key findings/finding].",
    "The conference had [two parts|count 2 parts/part]: a forum and a fair.",
    "These [42 institutions|count 42 institutions/institution] receive a subsidy.",
    "There were [0 accidents|count 0 accidents/accident] on site.",
    "[15.000 seedlings|count 15000 seedlings/seedling] survived the dry season.",
    "Workshops were held in [4 languages|count 4 languages/language] for [2,015 parents|count 2015 parents/parent].",
    "[7 women's groups|count 7 women's groups/group] received looms.",
    "[12 children’s homes|count 12 children’s homes/home] were inspected.",
    "Delegates came from [20 districts|count 20 districts/district].",
    "The exhibition showed [18 award-winning posters|count 18 award-winning posters/poster].",
    "[1,000 tissue-type wipes|count 1000 tissue-type wipes/wipe] were handed out.",
    "[6,000 confiscated jackets|count 6000 confiscated jackets/jacket] were given to shelters.",
    "- [12 peer educators|count 12 peer educators/educator] trained as facilitators",
    "[50 police officers|count 50 police officers/officer] attended the briefing.",
    "[50 youth|count 50 youth/youth] attended the briefing.",
    "[40 households|count 40 households/household] each received a stove.",
    "The hub supports [28 small and medium enterprises|count 28 small and medium enterprises/enterprise].",
    "[2 speakers|count 2 speakers/speaker] from each country took the floor.",
    "[410 children|count 410 children/child] and youth group homes were visited.",
    "[8 programs|count 8 programs/program] in [4 countries|count 4 countries/country] were funded.",
    "We printed [10,000 copies|count 10000 copies/copy] of the leaflet.",
    "Of [120 applications|count 120 applications/application], [18 projects|count 18 projects/project] were selected.",
    "The album has [64 pages|count 64 pages/page].",
    "[Nineteen midwives|count 19 midwives/midwife] graduated.",
    "[5 other organisations|count 5 other organisations/organisation] expressed interest.",
    "We need [three more volunteers|count 3 volunteers/volunteer].",
    "[23 laptops|count 23 laptops/laptop], [4 printers|count 4 printers] and [1 projector|count 1 projector/projector]",
    "The board met with [6 mayors|count 6 mayors/mayor] and [2 ministers|count 2 ministers/minister].",
    "Its [1,100 local branches|count 1100 local branches/branch] held elections.",
    "[80 boys and girls|count 80 boys and girls/boy] joined the camp.",
    "[9 samples|count 9 samples/sample] tested positive.",
    "[4 series|count 4 series/series] of radio plays were aired.",
    "[35 people with disabilities|count 35]".replace(
        "[35 people with disabilities|count 35]", "[35 people|count 35 people/people]"
    )
    + " with disabilities found work.",
]

QUALIFIED = [
    "[more than 500 housing units|count 500 more_than housing units/unit] were built",
    "[Over 100 participants|count 100 more_than participants] came.",
    "[At least 40 villages|count 40 at_least villages] lost power.",
    "[no fewer than 60 delegates|count 60 at_least delegates] registered",
    "[100+ volunteers|count 100 at_least volunteers] helped.",
    "[20 or more members|count 20 at_least members] may call a meeting.",
    "[About 250 000 people|count 250000 approximately people] fled.",
    "[around 90 farmers|count 90 approximately farmers] grew maize",
    "[some 300 pupils|count 300 approximately pupils] stayed home",
    "[an estimated 1.2 million voters|count 1200000 approximately voters] turned out",
    "[approximately 75 nurses|count 75 approximately nurses] were vaccinated",
    "[Nearly 300 volunteers|count 300 approximately volunteers] joined.",
    "[almost 70 shops|count 70 approximately shops] reopened",
    "[roughly 40 tents|count 40 approximately tents] arrived",
    "[~500 seedlings|count 500 approximately seedlings] were planted",
    "[up to 80 guests|count 80 at_most guests] can stay",
    "[at most 12 applicants|count 12 at_most applicants] are admitted",
    "[no more than 5 delegates|count 5 at_most delegates] may speak",
    "[less than 30 schools|count 30 less_than schools] have a library",
    "[Fewer than 20 cases|count 20 less_than cases] were reported.",
    "[under 200 families|count 200 less_than families] remain in the camp",
    "[20-30 students|count 20-30 students] attend each class",
    "[20–30 students|count 20-30 students] attend each class",
    "[between 20 and 30 students|count 20-30 students] attend each class",
    "[10 to 12 sessions|count 10-12 sessions] are planned",
    "[from 10 to 12 sessions|count 10-12 sessions] are planned",
    "[two or three workshops|count 2-3 workshops] a year",
    "[20~30 students|count 20-30 students] attend each class",
    "[1-2 million birds|count 1000000-2000000 birds] rest here",
    "[between 1,500 and 2,000 homes|count 1500-2000 homes] were damaged",
    "Membership grew from [20|count 20 organisations] to [30 organisations|count 30 organisations].",
    "[a total of more than 80 mentors|count 80 more_than mentors] signed up",
    "[more than a dozen clinics|count 12 more_than clinics] closed",
    "[well over 400 letters|count 400 more_than letters] were sent",
    "[a minimum of 3 quotations|count 3 at_least quotations] is required",
    "[in excess of 900 parcels|count 900 more_than parcels] were delivered",
    "a workshop about [three villages|count 3 villages] in the hills",
    "Activities were spread over [five districts|count 5 districts].",
    "carried out under [3 projects|count 3 projects] of the fund",
]

SHARED = [
    "We trained [12|count 12 teachers] and [15 teachers|count 15 teachers] in May and June, respectively.",
    "[three|count 3 clinics] and [four clinics|count 4 clinics], respectively",
    "Of the [40 participants|count 40 participants], [25 were women|count 25 women/woman].",
    "Of these, [18 were girls|count 18 girls] and [12 were boys|count 12 boys].",
    "[45 participants|count 45 participants] ([20 women|count 20 women] and [25 men|count 25 men]) took part.",
    "[45 participants|count 45 participants] ([20 female|count 20 female], [25 male|count 25 male]) took part.",
    "The total number of cases is [71|count 71 cases/case].",
    "The number of members increased from [120|count 120 members] to [154|count 154 members].",
    "The number of active groups reached [38|count 38 active groups/group] by June.",
    "By May the number of volunteers stood at [more than 90|count 90 more_than volunteers].".replace(
        "[more than 90|count 90 more_than volunteers]", "[90|count 90 volunteers]"
    ),
]

ONE = [
    "The team has [one coordinator|count 1 coordinator/coordinator] and [one driver|count 1 driver/driver].",
    "([one expert|count 1 expert/expert] in logistics and [one nurse|count 1 nurse/nurse])",
    "[1 participant|count 1 participant/participant] fell ill.",
    "We opened [one mobile clinic|count 1 mobile clinic/clinic] in the valley.",
    "[One workshop|count 1 workshop/workshop] took place in Lima.",
    "[one newly built school|count 1 newly built school/school] was handed over",
    "The agency donated [one ambulance|count 1 ambulance/ambulance].",
    "- [1 generator|count 1 generator/generator]",
    "Water is one of the main problems.",
    "This year was a productive one for the foundation.",
    "No one was hurt.",
    "On the one hand, costs fell.",
    "They learn from one another.",
    "One can apply online.",
    "one by one the guests left",
    "One day the bridge gave way.",
    "The third one is better than the last one.",
    "Everyone met one on one with a mentor.",
    "One Health Forum brought ministries together.",
    "one fourth of the budget",
    "one-stop centres",
    "The course takes one year.",
    "one-day training for clerks",
    "At one point the river rose.",
]

NOTHING = [
    # years, dates, times, durations, ages
    "The 2019 guidelines were revised.",
    "Since 2015 projects have doubled.",
    "The 2030 targets remain out of reach.",
    "within 3 years of the decision",
    "a stay of 45 days",
    "a five-day course",
    "The last three months were dry.",
    "over the next 5 fiscal years",
    "We met three times.",
    "It opens at 9 a.m. and closes at 5 pm.",
    "from 14:00 to 16:30",
    "a 24-hour hotline",
    "women aged 15 to 49",
    "children under 5",
    "children aged 6-12 years",
    "an 18-year-old student",
    "people aged 60 and above",
    "after 30 working days",
    "every 5 years",
    "10 minutes' walk from the station",
    "a two-week course",
    # ordinals, editions
    "The 24th conference was held online.",
    "the 3rd phase",
    "the twenty-first session",
    "the 46th International Fair",
    "36th: held in spring",
    # percentages, proportions, ratios
    "45% of respondents agreed.",
    "45 per cent of respondents agreed.",
    "12 percent of schools",
    "a rise of 3 percentage points",
    "two thirds of the members",
    "one in five children",
    "1 in 5 children",
    "a ratio of 3:1",
    "three quarters of villages",
    "12 per 1,000 live births",
    "a tenfold rise",
    # measures
    "a 3 km road",
    "500 g of rice",
    "20 tonnes of food",
    "1,200 hectares of forest",
    "25 litres a day",
    "5 metric tons",
    "120 square metres",
    "35 degrees in the shade",
    "a 40 MW plant",
    "300 kilometres of road",
    "2 m tall",
    "60 ECTS credits",
    # codes, references, names
    "Convention No.122 on employment",
    "Newsletter No. 6 Issues and Prospects",
    "see Annex 3 and Table 9",
    "Article 12 states",
    "section 4.2 of the guidelines",
    "pages 12 and 13",
    "COVID-19 cases rose.",
    "SDG 3 targets",
    "Goal 4 indicators",
    "Grade 5 pupils",
    "grades 5 and 6 pupils",
    "Phase 2 activities",
    "Resolution 1325 obligations",
    "Act 635/1998 on financing",
    "Objective 3 programmes",
    "version 2.1 users",
    "G20 members",
    "H1N1 and H5N1 outbreaks",
    "ISO 9001 standards",
    "Day 3 sessions",
    "P.O. Box 1234",
    "Room 12",
    "Flight 302 passengers",
    "call 0800 123 456",
    "Tel: +41 22 917 1234",
    "the top 10 universities",
    "A4 posters",
    "a 4x4 vehicle",
    "World War 2 veterans",
    "1. Introduction",
    "2) Coordination",
    "(3) Follow-up",
    "1.2.3 Overview",
    "a three-member panel",
    "a 50-bed hospital",
    "the 10-point plan",
    "page 3 of 12",
    "1 Coordination",
    # nothing named
    "It is number 5.",
    "as discussed above (12)",
    "He scored 17.",
    "hundreds of people",
    "thousands of homes",
    "dozens of volunteers",
    "several hundred letters",
    "a few schools and many clinics",
    "none of the members",
    "no cases were found",
    "2.5 children per woman",
    "4.3 points on the scale",
    "both parents",
    "12 received certificates",
    "The score was 3-2.",
    "5-6 May",
]

LABELS = [
    "[Number of deaths: 31|count 31 deaths/death]",
    "[Physical seminars conducted: 283+|count 283 at_least Physical seminars conducted/seminar]",
    "[Total number of contacts: 185|count 185 contacts/contact]",
    "[No. of schools visited: 14|count 14 schools visited/school]",
    "[# of participants: 64|count 64 participants/participant]",
    "- [Volunteers: about 40|count 40 approximately Volunteers/volunteer]",
    "- [Beneficiaries – 3,000|count 3000 Beneficiaries/beneficiary]",
    "[Workshops = 12|count 12 Workshops/workshop]",
    "[Total beneficiaries: 12,480|count 12480 beneficiaries/beneficiary]",
    "[Confirmed cases: 13|count 13 Confirmed cases/case]; [probable cases: 4|count 4 probable cases/case]",
    "[Women: 20|count 20 Women/woman], [men: 25|count 25 men/man]",
    "[Samples taken: 15|count 15 Samples taken/sample] (96%)",
    "[Cholera cases since January: 7 532|count 7532 Cholera cases since January/case]",
    "[Latrines: 640|count 640 Latrines/latrine] of 1 100 planned",
    "[Number of children under 5 reached: 310|count 310 children/child]",
    "[Hospitalized people (in isolation): 12|count 12 Hospitalized people (in isolation)/people]\n"
    "- [North ward: 8|count 8 Hospitalized people (in isolation)/people]\n"
    "- [South ward: 3|count 3 Hospitalized people (in isolation)/people]\n"
    "- [General hospital: 1|count 1 Hospitalized people (in isolation)/people]\n"
    "- [Total number of discharges: 9|count 9 discharges/discharge]",
    "Participants by country:\n- [Chile: 14|count 14 Participants/participant]\n- [Peru: 9|count 9 Participants]",
    "Number of trainees by sex:\n- [Female: 21|count 21 Female/female]\n- [Male: 19|count 19 Male/male]",
    "We thank our donors.\n- Chile: 14\n- Peru: 9",
    "Tel: 22917",
    "Budget: 45000",
    "Costs: 500",
    "Hours: 12",
    "Reference: 20331",
    "Year: 2019",
    "Age: 34",
    "Duration (months): 18",
    "Page: 7",
    "Project code: 4471",
    "Grants paid: see annex 2",
    "Score: 17",
    "Distance – 40",
]

ALL = THINGS + QUALIFIED + SHARED + ONE + NOTHING + LABELS


@pytest.mark.parametrize("sentence", ALL)
def test_finds_what_the_reader_marked(sentence: str) -> None:
    text, expected = marked.read(sentence)
    found = find_counts(text, Context(), marked.spans(expected, "date", "money"))
    assert marked.differences(expected, found, "count") == []


def test_what_dates_and_money_have_taken_is_not_counted() -> None:
    text, expected = marked.read(
        "On [14 May|date 2021-05-14] and in [2020|date 2020] 300 trees were planted for [$40|money 40 ?]."
    )
    found = find_counts(text, Context(), marked.spans(expected, "date", "money"))
    assert [mention.text for mention in found] == ["300 trees"]


def test_a_number_joined_to_a_taken_one_by_a_space_is_read() -> None:
    text, expected = marked.read("On July [3|date 2021-07-03] 100 guests came.")
    found = find_counts(text, Context(), marked.spans(expected, "date"))
    assert [(mention.text, mention.value.value) for mention in found] == [("100 guests", 100.0)]


def test_says_why_a_number_was_refused() -> None:
    refused: list[Refusal] = []
    assert find_counts("In Annex 3, 45% of pupils ran 5 km.", Context(), (), refused) == []
    assert [(refusal.text, refusal.reason) for refusal in refused] == [
        ("3", "the number of something named before it"),
        ("45", "a percentage"),
        ("5", "nothing that it counts stands beside it"),
    ]


PIECES = (
    "5",
    "12,000",
    "one",
    "two dozen",
    "million",
    "people",
    "of",
    "the",
    "and",
    ":",
    "-",
    "(",
    ")",
    "\n",
    " ",
    "cases",
    "%",
    "number of",
    "is",
    "€",
)


@settings(derandomize=True, max_examples=200, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=30).map(" ".join) | st.text(max_size=80))
def test_every_mention_is_a_slice_in_order_without_overlap(text: str) -> None:
    end = 0
    for mention in find_counts(text, Context()):
        assert mention.start >= end
        assert text[mention.start : mention.end] == mention.text
        end = mention.end
