"""The small words that tie names together, and heads that need care: what the grammar of names is made of."""

import re

OF = frozenset(
    {
        "of",
        "de",
        "du",
        "des",
        "del",
        "do",
        "da",
        "dos",
        "das",
        "della",
        "dello",
        "delle",
        "dei",
        "degli",
        "di",
        "von",
        "vom",
    }
    | {
        "van",
        "der",
        "ng",
        "mga",
        "au",
        "aux",
        "à",
        "al",
        "wa",
        "ya",
        "za",
        "la",
        "cha",
        "na",
        "d'",
        "d’",
        "dell'",
        "dell’",
    }
)
FOR = frozenset(
    {"for", "on", "against", "pour", "para", "für", "voor", "sur", "per", "without", "sans", "ohne", "contre", "contra"}
    | {"sobre", "gegen", "mot", "til", "för"}
)
AND = frozenset({"and", "&", "et", "y", "e", "und", "och", "og", "dan", "ja", "i", "en", "ve"})
ARTICLES = frozenset(
    {"the", "a", "an", "la", "le", "les", "los", "las", "el", "der", "die", "das", "l'", "l’", "o", "os"}
)
FOREIGN = frozenset(
    {"de", "du", "des", "del", "da", "do", "dos", "das", "della", "delle", "d'", "d’", "à", "aux", "para", "pour"}
)
"""Prepositions that other languages repeat after `and`: `de la Salud y de la Familia`."""
ROMANCE_AND = frozenset({"et", "y", "e", "ed"})
SMALL_NOUN = re.compile(r"(?!(?:the|this|that|our|which)\b)[a-zß-öø-ÿ]{4,}")
"""A word after a preposition in a name of another language that is written like a sentence."""
ROMANCE_ADJECTIVES = frozenset(
    {"national", "nationale", "nationaux", "régional", "régionale", "départemental", "départementale", "international"}
    | {
        "internationale",
        "général",
        "générale",
        "central",
        "centrale",
        "supérieur",
        "supérieure",
        "française",
        "français",
    }
    | {"africain", "africaine", "agricole", "agricoles", "social", "sociale", "sociales", "sociaux", "municipal"}
    | {"municipale", "rural", "rurale", "rurales", "nacional", "regional", "general", "provincial", "departamental"}
    | {"internacional", "superior", "española", "español", "estatal", "agrícola", "municipales", "públicas", "pública"}
    | {"nazionale", "regionale", "italiana", "italiano", "provinciale", "comunale", "sanitaria", "portuguesa"}
    | {"malienne", "béninoise", "burkinabè", "sénégalaise", "ivoirienne", "togolaise", "nigérienne", "guinéenne"}
    | {"camerounaise", "congolaise", "rwandaise", "tchadienne", "gabonaise", "malgache", "haïtienne", "marocaine"}
    | {"tunisienne", "algérienne", "mauritanienne", "comorienne", "libanaise", "belge", "suisse", "centrafricaine"}
    | {"burundaise", "djiboutienne", "mauricienne", "salvadoreña", "hondureña", "nicaragüense", "colombiana"}
    | {
        "ecuatoriana",
        "peruana",
        "boliviana",
        "paraguaya",
        "uruguaya",
        "argentina",
        "chilena",
        "mexicana",
        "guatemalteca",
    }
    | {"venezolana", "dominicana", "cubana", "panameña", "costarricense", "brasileira", "moçambicana", "angolana"}
)
"""Adjectives that names in Romance languages have behind their heads, often in small letters."""
PLACE_HEADS = frozenset(
    {"university", "bank", "embassy", "college", "consulate", "diocese", "municipality", "commission"}
)
"""Heads whose `of` names a place rather than a field of work: `and` after it begins another name."""
UNIT_HEADS = frozenset(
    {"division", "department", "office", "desk", "secretariat", "unit", "faculty", "school", "bureau", "college"}
)
"""Heads of parts of a body, which a comma may tie to the whole: `Faculty of Law, University of Zenica`."""
OFFICE_HEADS = frozenset({"office", "bureau", "secretariat", "cabinet"})
"""Heads of what belongs to a person in office: `Office of the Attorney General`."""
LEVELS = frozenset({"city", "county", "district", "metropolitan", "municipal", "provincial", "regional", "state"})
"""What stands between a place and its `government`."""
REGIONS = frozenset(
    {"region", "africa", "asia", "europe", "america", "americas", "pacific", "area", "world", "caribbean"}
)
EVENTS = frozenset(
    {
        "conference",
        "workshop",
        "seminar",
        "meeting",
        "symposium",
        "summit",
        "award",
        "awards",
        "building",
        "festival",
        "prize",
    }
)
FIELDS = frozenset(
    {
        "children",
        "families",
        "women",
        "youth",
        "people",
        "persons",
        "students",
        "teachers",
        "workers",
        "refugees",
        "farmers",
    }
    | {
        "nurses",
        "engineers",
        "standards",
        "statistics",
        "support",
        "care",
        "history",
        "rights",
        "languages",
        "training",
    }
    | {
        "information",
        "communities",
        "citizens",
        "survey",
        "systems",
        "tax",
        "pension",
        "insurance",
        "lawyers",
        "doctors",
    }
)
"""Words that head no body, but may be the first of two fields: `Children and Families Agency`."""
WEAK_FIELDS = frozenset(
    {"relief", "development", "aid", "energy", "communications", "media", "engineering", "construction", "action"}
    | {"logistics", "administration", "broadcasting", "housing", "police", "treasury", "press", "market", "mission"}
)
"""Heads that are fields of work as well: `Zenda Relief and Rehabilitation Commission`."""
WEEKDAYS = frozenset({"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"})
TAILS = frozenset({"sons", "company", "co", "partners", "associates", "brothers"})
WITH = frozenset(
    {"disabilities", "disability", "hiv", "aids", "autism", "special", "down", "albinism", "dementia", "cancer"}
)
