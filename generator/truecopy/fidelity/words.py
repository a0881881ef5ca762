"""The words in which pages state facts, in English, German and Swedish: data, and no code.

Each entry is a regular expression for texts in lower case. A language is added by adding words.
"""

from __future__ import annotations

# What a type is called, by the type of JSON Schema that it means.
TYPES: dict[str, tuple[str, ...]] = {
    "string": (
        *(
            "string",
            "str",
            "text",
            "varchar",
            "char",
            "character",
            "uuid",
            "guid",
            "ulid",
            "date-time",
        ),
        *(
            "datetime",
            "timestamp",
            "date",
            "time",
            "duration",
            "email",
            "uri",
            "url",
            "hostname",
            "ipv4",
            "ipv6",
        ),
        *(
            "byte",
            "binary",
            "base64",
            "enum",
            "enumeration",
            "token",
            "slug",
            "cuid",
            "nanoid",
            "password",
        ),
        *("zeichenkette", "zeichenfolge", "datum", "zeitpunkt", "aufzählung"),
        *("textsträng", "sträng", "tidpunkt", "uppräkning"),
    ),
    "integer": (
        *(
            "integer",
            "int",
            "int32",
            "int64",
            "long",
            "bigint",
            "smallint",
            "whole number",
            "uint",
            "unix",
        ),
        *("ganzzahl", "ganze zahl", "heltal"),
    ),
    "number": (
        *("number", "numeric", "decimal", "float", "double", "money", "real"),
        *(
            "zahl",
            "dezimalzahl",
            "gleitkommazahl",
            "kommazahl",
            "tal",
            "decimaltal",
            "flyttal",
        ),
    ),
    "boolean": (
        "boolean",
        "bool",
        "flag",
        "true/false",
        "wahrheitswert",
        "boolesch",
        "boolescher wert",
        "boolesk",
        "sanningsvärde",
    ),
    "array": ("array", "list", "collection", "liste", "feld", "lista", "fält"),
    "object": (
        "object",
        "obj",
        "map",
        "dict",
        "dictionary",
        "hash",
        "json",
        "struct",
        "record",
        "objekt",
    ),
    "null": ("null", "nullable", "none", "nil"),
}

# Formats that name themselves as types or beside them.
FORMATS: dict[str, tuple[str, ...]] = {
    "uuid": ("uuid", "guid", "uuidv4", "uuid v4"),
    "ulid": ("ulid",),
    "date-time": (
        "date-time",
        "datetime",
        "timestamp",
        "iso 8601",
        "iso-8601",
        "iso8601",
        "rfc 3339",
        "rfc3339",
        "zeitpunkt",
        "tidpunkt",
    ),
    "timestamp": ("datetime", "timestamp", "unix"),
    "unix-time": ("unix", "epoch", "timestamp"),
    "date": ("date", "datum", "iso 8601", "yyyy-mm-dd"),
    "time": ("time", "uhrzeit", "klockslag", "hh:mm"),
    "duration": ("duration", "dauer", "iso 8601"),
    "email": ("email", "e-mail", "mail", "e-post", "epost"),
    "uri": ("uri", "url", "link", "länk", "address", "adresse", "adress"),
    "hostname": ("hostname", "host"),
    "int32": ("int32", "32-bit", "integer"),
    "int64": ("int64", "64-bit", "long", "bigint"),
    "float": ("float",),
    "double": ("double",),
    "byte": ("base64", "base 64"),
    "base64": ("base64", "base 64"),
    "binary": ("binary", "file", "datei", "fil", "bytes"),
    "country-code": (
        "iso 3166",
        "iso-3166",
        "alpha-2",
        "country code",
        "iso code",
        "ländercode",
        "landskod",
        "iso",
    ),
    "currency-code": (
        "iso 4217",
        "iso-4217",
        "currency code",
        "währungscode",
        "valutakod",
        "currency",
        "iso currency",
    ),
    "language-code": (
        "iso 639",
        "iso-639",
        "bcp 47",
        "language",
        "sprachcode",
        "språkkod",
    ),
    "phone": ("phone", "e.164", "telefon"),
    "decimal": ("decimal", "dezimal"),
    "password": ("password", "passwort", "lösenord"),
    "ipv4": ("ipv4", "ip"),
    "ipv6": ("ipv6", "ip"),
}

REQUIRED = (
    *(
        "required",
        "mandatory",
        "must be (?:given|sent|present|set|supplied|provided)",
        "compulsory",
        "obligatory",
    ),
    *(
        "pflichtfeld",
        "pflichtangabe",
        "pflicht",
        "erforderlich",
        "verpflichtend",
        "notwendig",
        "obligatorisch",
    ),
    *("obligatorisk[at]?", "krävs", "måste anges", "nödvändig[t]?"),
)
OPTIONAL = (
    *(
        "not required",
        "optional(?:ly)?",
        "not mandatory",
        "non-mandatory",
        "can be (?:omitted|left out)",
        "may be (?:omitted|left out)",
    ),
    *(
        "nicht erforderlich",
        "nicht verpflichtend",
        "freiwillig",
        "kann entfallen",
        "keine pflicht(?:angabe)?",
        "kein pflichtfeld",
    ),
    *(
        "valfri[at]?",
        "valfritt",
        "frivillig[t]?",
        "ej obligatorisk[at]?",
        "inte obligatorisk[at]?",
        "kan utelämnas",
        "krävs (?:ej|inte)",
    ),
)
YES = ("yes", "y", "true", "ja", "✓", "✔", "x", "oui")
NO = ("no", "n", "false", "nein", "nej", "-", "✗", "✕", "✘")

# Words before a smallest, a largest and an exact number.
AT_LEAST = (
    *(
        "min(?:imum|imal|\\.)?",
        "at least",
        "no (?:less|fewer) than",
        "not (?:less|fewer) than",
        "greater than or equal to",
        ">=",
        "≥",
        "starting (?:at|from)",
    ),
    *(
        "mindestens",
        "wenigstens",
        "ab",
        "nicht unter",
        "minst",
        "lägst",
        "åtminstone",
        "från och med",
    ),
)
AT_MOST = (
    *(
        "max(?:imum|imal|\\.)?",
        "at most",
        "up to",
        "no (?:more|longer|greater) than",
        "not (?:more|longer|greater) than",
        "less than or equal to",
        "(?:must|may|can) ?not exceed",
        "not exceed(?:ing)?",
        "limited to",
        "limit(?: of)?",
        "<=",
        "≤",
    ),
    *(
        "höchstens",
        "maximal",
        "bis zu",
        "nicht mehr als",
        "nicht länger als",
        "högst",
        "som mest",
        "upp till",
        "inte (?:mer|längre) än",
        "begränsat till",
    ),
)
MORE_THAN = (
    "greater than",
    "more than",
    "above",
    "larger than",
    ">",
    "größer als",
    "mehr als",
    "större än",
    "mer än",
)
LESS_THAN = (
    "less than",
    "below",
    "smaller than",
    "under",
    "<",
    "kleiner als",
    "weniger als",
    "mindre än",
)
EXACTLY = (
    *(
        "(?:fixed )?length",
        "exactly",
        "precisely",
        "always",
        "länge",
        "genau",
        "exakt",
        "stets",
        "längd",
        "alltid",
        "size",
    ),
)
BETWEEN = (
    "between",
    "from",
    "range(?:s)?(?: from| of)?",
    "in the range(?: of)?",
    "length",
    "values?",
    "zwischen",
    "von",
    "mellan",
    "från",
    "länge",
    "längd",
    "bereich",
    "intervall",
    "size",
)
TO = (
    "to",
    "and",
    "through",
    "till",
    "until",
    "thru",
    "bis",
    "und",
    "till och med",
    "och",
    "\\.\\.\\.?",
    "-",
    "…",
)
UNITS = (
    *(
        "char(?:acter)?s?",
        "chr",
        "symbols?",
        "letters?",
        "digits?",
        "bytes?",
        "items?",
        "elements?",
        "entries",
        "entry",
        "values?",
        "rows?",
        "objects?",
        "codes?",
        "lines?",
    ),
    *(
        "zeichen",
        "stellen",
        "buchstaben",
        "ziffern",
        "einträge(?:n)?",
        "elemente(?:n)?",
        "werte(?:n)?",
    ),
    *("tecken", "siffror", "bokstäver", "poster", "element", "värden", "rader"),
)
NUMBERS: dict[str, int] = {
    **{
        word: i
        for i, word in enumerate(
            (
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
        )
    },
    **{
        word: i
        for i, word in enumerate(
            (
                "null",
                "ein",
                "zwei",
                "drei",
                "vier",
                "fünf",
                "sechs",
                "sieben",
                "acht",
                "neun",
                "zehn",
                "elf",
                "zwölf",
            )
        )
        if i > 1
    },
    **{
        word: i
        for i, word in enumerate(
            (
                "noll",
                "en",
                "två",
                "tre",
                "fyra",
                "fem",
                "sex",
                "sju",
                "åtta",
                "nio",
                "tio",
                "elva",
                "tolv",
            )
        )
        if i > 1
    },
}

DEFAULT = (
    *(
        "defaults?(?: value)?(?: is| to|s to)?",
        "by default(?:,? it is| set to|,)?",
        "if (?:omitted|absent|not (?:given|set|sent))(?:,| then)?(?: it is)?",
        "falls back to",
        "assumed",
    ),
    *(
        "standardwert(?: ist)?",
        "standardmäßig(?: ist)?",
        "standard",
        "vorgabe(?:wert)?(?: ist)?",
        "voreinstellung",
        "voreingestellt(?: ist)?",
    ),
    *(
        "standardvärde(?:t)?(?: är)?",
        "förval(?:t)?(?: värde)?(?: är)?",
        "som standard(?: är)?",
    ),
)
ENUM = (
    *(
        "(?:possible|allowed|acceptable|accepted|permitted|valid|available|supported|known|enum) (?:values?|options?|choices?)(?: (?:are|is|include))?",
        "enum(?:eration)?",
        "one of(?: the following)?",
        "any of",
        "either",
        "must be",
        "can be",
        "may be",
        "is one of",
        "values?(?: are)?",
        "options?(?: are)?",
        "choices?(?: are)?",
    ),
    *(
        "mögliche werte",
        "zulässige werte",
        "erlaubte werte",
        "erlaubt(?: sind)?",
        "zulässig(?: sind)?",
        "einer von",
        "eines von",
        "entweder",
        "werte",
    ),
    *(
        "möjliga värden",
        "tillåtna värden",
        "giltiga värden",
        "tillåtet",
        "ett av",
        "en av",
        "antingen",
        "värden",
    ),
)
EXAMPLE = (
    "example(?: value)?",
    "e\\.? ?g\\.?",
    "eg",
    "for example",
    "sample",
    "such as",
    "like",
    "beispiel(?:e|wert)?",
    "z\\. ?b\\.",
    "zum beispiel",
    "exempel",
    "t\\.? ?ex\\.?",
    "till exempel",
)
READ_ONLY = (
    "read[- ]?only",
    "nur lesbar",
    "nur lesend",
    "schreibgeschützt",
    "skrivskyddad",
    "endast läsbar",
    "set by the (?:server|system)",
    "generated by",
)
WRITE_ONLY = (
    "write[- ]?only",
    "never returned",
    "not returned",
    "nur schreibbar",
    "wird nie zurückgegeben",
    "returneras (?:aldrig|inte)",
    "endast skrivbar",
)
DEPRECATED = (
    "deprecated",
    "obsolete",
    "legacy",
    "no longer",
    "sunset",
    "veraltet",
    "abgekündigt",
    "föråldrad",
    "utfasad",
    "avvecklas",
)
UNIQUE = (
    "unique",
    "distinct",
    "no duplicates?",
    "duplicates?",
    "not repeat",
    "eindeutig",
    "keine duplikate",
    "doppelte",
    "unika",
    "dubbletter",
    "dubletter",
)
PATTERN = (
    "pattern",
    "regexp?",
    "regular expression",
    "matches",
    "matching",
    "muster",
    "mönster",
)

# What a list of fields is headed with.
REQUEST = (
    "request",
    "body",
    "payload",
    "anfrage",
    "anfragekörper",
    "begäran",
    "anrop",
    "data-raw",
    "send",
    "input",
)
RESPONSE = (
    "response",
    "returns?",
    "answer",
    "result",
    "reply",
    "antwort",
    "rückgabe",
    "svar",
    "svaret",
    "output",
    "success(?:ful)?",
    "error(?:s)?",
    "fehler",
    "fel",
)
HEADER = (
    "headers?",
    "kopfzeilen?",
    "kopffelder",
    "huvuden?",
    "rubriker",
    "http-header",
    "http-headers",
)
PATH = (
    "path",
    "url",
    "uri",
    "pfad",
    "pfadparameter",
    "sökväg",
    "sökvägsparametrar",
    "route",
)
QUERY = (
    "query",
    "querystring",
    "abfrage",
    "abfrageparameter",
    "frågeparametrar",
    "frågesträng",
    "filter",
)
COOKIE = ("cookies?", "kakor", "kaka")
WEBHOOK = ("webhooks?", "events?", "callback", "ereignisse?", "händelser?")
