"""What generated reports are made of: places, kinds of organization, things counted, sentences."""

COUNTRIES = (
    # name, ISO 3166-1 alpha-2, adjective, currency as written before an amount, ISO 4217
    ("Kenya", "KE", "Kenyan", "KSh ", "KES"),
    ("Ireland", "IE", "Irish", "€", "EUR"),
    ("Malaysia", "MY", "Malaysian", "RM ", "MYR"),
    ("South Africa", "ZA", "South African", "ZAR ", "ZAR"),
    ("New Zealand", "NZ", "New Zealand", "NZ$", "NZD"),
    ("Norway", "NO", "Norwegian", "NOK ", "NOK"),
    ("the Philippines", "PH", "Philippine", "PHP ", "PHP"),
    ("Ghana", "GH", "Ghanaian", "GHS ", "GHS"),
    ("Canada", "CA", "Canadian", "C$", "CAD"),
    ("Switzerland", "CH", "Swiss", "CHF ", "CHF"),
    ("Sri Lanka", "LK", "Sri Lankan", "LKR ", "LKR"),
    ("the United Kingdom", "GB", "British", "£", "GBP"),
)
FIRST = ("Alder", "Bren", "Cald", "Dun", "Elm", "Fair", "Glen", "Hart", "Kest", "Lang", "Mar", "North", "Oster", "Pem")
LAST = ("bridge", "combe", "dale", "field", "ford", "haven", "holm", "mere", "moor", "port", "wick", "worth")
LEADING_KINDS = (
    "Council of Social Service",
    "Federation of Community Groups",
    "Association for Rural Health",
    "Council for Disabled People",
    "Union of Volunteer Centres",
)
PARTNER_KINDS = (
    "Foundation",
    "Water Authority",
    "Development Bank",
    "University",
    "Women’s Network",
    "Children’s Trust",
    "Institute of Nursing",
    "Chamber of Commerce",
    "Disaster Relief Association",
)
NOUNS = (
    "households",
    "trained volunteers",
    "primary schools",
    "wheelchairs",
    "social workers",
    "food parcels",
    "family visits",
    "home-care assistants",
    "emergency shelters",
    "older people",
    "group homes",
    "village committees",
    "participants",
)
TITLES = (
    "Support to families",
    "Training and education",
    "International exchange",
    "Response to the floods",
    "Research and policy work",
    "Food bank",
    "Volunteering",
    "Cooperation with member organizations",
    "Services for older people in rural districts",
    "Advocacy for an accessible public transport and for barrier-free housing in all municipalities",
    "Preparation and implementation of the national plan on community care and long-term support at home",
    "Finance and administration",
)
SUBTITLES = (
    "Background",
    "Activities",
    "Results of the year",
    "Partners",
    "Next steps",
    "Visits and study tours",
    "Meetings",
)
SENTENCES = (
    "<Own> began to work with <count> in <place> <on>.",
    "With a grant of <money> from the <partner>, <count> were reached <within>.",
    "The work began <on> and was completed <later>.",
    "A delegation from <country> visited us <span>; it was led by the <partner>.",
    "<Count> from <country> and <country> took part in the meeting in <place>.",
    "The <partner> gave <money>, and <adjective> donors added <money>.",
    "In cooperation with the <partner> and the <partner>, <own> trained <count>.",
    "Most of the costs, <money>, were borne by the <partner>.",
    "The evaluation covered <count> and <count> and was published <on>.",
    "Many families told us that they would rather stay in their own homes, near friends and neighbours.",
    "The programme continues to depend on people who give their time, and we thank them.",
    "Because of bad weather the event was moved to <place>, where <count> attended.",
    "An agreement with the <embassy> was signed <on>.",
    "<Own> has worked with the <partner> since <year>.",
    "The hotline was open from 9 a.m. to 5 p.m. and was used more than we had expected.",
    "The pilot project of <years> had shown that people in <country> and <country> meet the same obstacles.",
    "In <quarter> the waiting list was closed, because <count> had applied.",
    "Courses were held in <months> for <count> and, on line, for <count>.",
    "For <year> <own> has set aside <money>.",
)
ITEMS = (
    "<count>, <place>",
    "Study tour to <country>, <span>",
    "Workshop in <place> <on>",
    "Budget: <money>",
    "Hosted by the <partner>",
    "<total>",
    "Summer school, <months>",
    "Meeting with <adjective> colleagues <on>",
    "Handbook for carers, second edition",
)
