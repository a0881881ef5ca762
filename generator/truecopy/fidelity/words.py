"""The words in which pages state facts, in English, German, Swedish and French: data, and no code.

Each entry is a regular expression for texts in lower case. A language is added by adding words.
"""

from __future__ import annotations


def _words(text: str) -> tuple[str, ...]:
    """Expressions that semicolons separate."""
    return tuple(" ".join(part.split()) for part in text.split(";"))


# What a type is called, by the type of JSON Schema that it means.
TYPES: dict[str, tuple[str, ...]] = {
    "string": _words("""
        isodate; isodatetime; alphanumeric; alphanumerisch; alfanumerisk; string; str; text;
        varchar; char; character; uuid; guid; ulid; date-time; datetime; timestamp; date; time;
        duration; email; uri; url; hostname; ipv4; ipv6; byte; binary; base64; enum; enumeration;
        token; slug; cuid; nanoid; password; zeichenkette; zeichenfolge; datum; zeitpunkt;
        datum und uhrzeit; datum och tid; aufzählung; textsträng; sträng; tidpunkt; uppräkning;
        chaîne; chaîne de caractères; texte
    """),
    "integer": _words("""
        integer; int; int32; int64; long; bigint; smallint; whole number; uint; unix; ganzzahl;
        ganze zahl; heltal; entier; nombre entier
    """),
    "number": _words("""
        number; numeric; decimal; float; double; money; real; zahl; dezimalzahl; gleitkommazahl;
        kommazahl; tal; decimaltal; flyttal; nombre; décimal; nombre décimal
    """),
    "boolean": _words("""
        boolean; bool; flag; true/false; true or false; yes/no; yes or no; ja/nein; ja/nej;
        wahrheitswert; boolesch; boolescher wert; boolesk; sanningsvärde; booléen; vrai/faux
    """),
    "array": _words("array; list; collection; liste; feld; lista; fält; tableau"),
    "object": _words("""
        object; obj; map; dict; dictionary; hash; json; struct; record; objekt; objet
    """),
    "null": _words("null; nullable; none; nil"),
}

# Formats that name themselves as types or beside them.
FORMATS: dict[str, tuple[str, ...]] = {
    "uuid": _words("uuid; guid; uuidv4; uuid v4"),
    "ulid": _words("ulid"),
    "date-time": _words("""
        date-time; datetime; timestamp; date time; date and time; iso 8601; iso-8601; iso8601; rfc 3339; rfc3339; zeitpunkt;
        tidpunkt
    """),
    "timestamp": _words("datetime; timestamp; unix"),
    "unixtime": _words("unix; epoch; timestamp; unixtime; unix-time"),
    "date": _words("date; datum; iso 8601; yyyy-mm-dd"),
    "time": _words("time; uhrzeit; klockslag; hh:mm"),
    "duration": _words("duration; dauer; iso 8601"),
    "email": _words("""
        email; e-mail; mail; e-post; epost; e-postadress; e-mail-adresse; mailadresse; mejladress;
        courriel
    """),
    "uri": _words("uri; url; link; länk; web address; webadresse; webbadress"),
    "hostname": _words("hostname; host"),
    "int32": _words("int32; 32-bit; 32 bit"),
    "int64": _words("int64; 64-bit; 64 bit; long; bigint"),
    "float": _words("float"),
    "double": _words("double"),
    "byte": _words("base64; base 64"),
    "base64": _words("base64; base 64"),
    "binary": _words("binary; file; datei; fil; bytes"),
    "country-code": _words("""
        iso 3166; iso-3166; alpha-2; country code; iso code; ländercode; landskod; iso; code pays
    """),
    "currency-code": _words("""
        iso 4217; iso-4217; currency code; währungscode; valutakod; currency; iso currency;
        three-letter iso; code devise
    """),
    "language-code": _words("iso 639; iso-639; bcp 47; language; sprachcode; språkkod"),
    "phone": _words("phone; e.164; telefon"),
    "decimal": _words("decimal; dezimal"),
    "password": _words("password; passwort; lösenord"),
    "ipv4": _words("ipv4; ip"),
    "ipv6": _words("ipv6; ip"),
}
REQUIRED = _words("""
    måste alltid (?:anges|finnas); muss immer (?:angegeben werden|vorhanden sein);
    must always be (?:given|there|sent|present); always (?:present|there|returned|included|sent);
    immer vorhanden; alltid (?:finns )?med; finns alltid; must be there; must not be (?:missing|left out|omitted);
    always needed; muss angegeben werden; darf nicht fehlen; måste finnas; required; mandatory;
    must be (?:given|sent|present|set|supplied|provided); compulsory; obligatory; pflichtfeld;
    pflichtangabe; pflicht; erforderlich; verpflichtend; notwendig; obligatorisch;
    obligatorisk[at]?; krävs; måste anges; nödvändig[t]?; can(?:not| not) be (?:omitted|left out);
    needed; (?:has|have|needs?) to be (?:given|sent|present|set|supplied|provided);
    muss (?:gesetzt|vorhanden) sein; ska (?:anges|finnas); obligatoires?; requise?s?;
    doit être (?:fourni|indiqué|présent|renseigné)e?
""")
OPTIONAL = _words("""
    may be (?:missing|absent); if present; not always (?:present|there); not required;
    optional(?:ly)?; not mandatory; non-mandatory; can be (?:omitted|left out);
    may be (?:omitted|left out); nicht erforderlich; nicht verpflichtend; freiwillig;
    kann entfallen; keine pflicht(?:angabe)?; kein pflichtfeld; valfri[at]?; valfritt;
    frivillig[t]?; ej obligatorisk[at]?; inte obligatorisk[at]?; kan utelämnas; krävs (?:ej|inte);
    (?:need not|needn't|does not (?:need|have) to) be (?:given|sent|present|set|supplied|provided);
    (?:you )?(?:may|can) (?:omit|leave (?:it|this) out); not needed;
    muss nicht (?:angegeben werden|vorhanden sein); kan utelämnas; absent (?:for|if|when|unless);
    (?:only )?(?:present|sent|there|returned|included) only (?:if|when|with|for);
    facultati(?:f|ve)s?; optionnel(?:le)?s?; (?:non|pas) (?:obligatoire|requise?); peut être omise?
""")
YES = _words("yes; y; true; ja; ✓; ✔; x; oui")
NO = _words("""
    no; n; false; nein; nej; -; ✗; ✕; ✘; non
""")

# Words before a smallest, a largest and an exact number.
AT_LEAST = _words(r"""
    (?:never|not) (?:below|under|less than); nie unter; aldrig under;
    (?:the )?(?:shortest|smallest|lowest|least|fewest)(?: [a-z]+)?(?: is)?; kleinste[rs]?; kürzeste;
    minsta; kortaste; min(?:imum|imal|\.)?; at least; no (?:less|fewer) than;
    (?:not|cannot|can't)(?: be)? (?:less|fewer|shorter|smaller|lower) than;
    greater than or equal to; >=; ≥; starting (?:at|from); mindestens; wenigstens; ab; nicht unter;
    minst; lägst; åtminstone; från och med; au moins; au minimum; pas moins de; minimum de
""")
AT_MOST = _words(r"""
    (?:never|not) (?:above|over|more than); nie über; aldrig över;
    (?:the )?(?:longest|largest|highest|greatest)(?: [a-z]+)?(?: is)?; größte[rs]?; längste; största;
    längsta; max(?:imum|imal|\.)?; at most; up to; no (?:more|longer|greater) than;
    (?:not|cannot|can't)(?: be)? (?:more|longer|greater|larger|higher|bigger) than;
    less than or equal to; (?:must not|may not|cannot|can not) exceed; not exceed(?:ing)?;
    limited to; limit(?: of)?; <=; ≤; höchstens; maximal; bis zu; nicht mehr als; nicht länger als;
    högst; som mest; upp till; inte (?:mer|längre) än; begränsat till;
    (?:capped|cut|truncated|cut off) (?:at|to|after); au plus; au maximum; jusqu'à; pas plus de;
    maximum de
""")
MORE_THAN = _words("""
    greater than; more than; above; larger than; größer als; mehr als; större än; mer än;
    longer than; over; länger als; längre än; plus de; supérieure? à
""")
LESS_THAN = _words("""
    less than; below; smaller than; under; kleiner als; weniger als; mindre än; fewer than;
    shorter than; kürzer als; kortare än; färre än; moins de; inférieure? à
""")
EXACTLY = _words("""
    (?:fixed )?length; exactly; precisely; always; länge; genau; exakt; stets; längd; alltid; size;
    exactement; toujours
""")
BETWEEN = _words("""
    between; from; range(?:s)?(?: from| of)?; in the range(?: of)?; length; values?; zwischen; von;
    mellan; från; länge; längd; bereich; intervall; size; entre; de
""")
TO = _words(r"""
    to; and; through; till; until; thru; bis; und; till och med; och; \.\.\.?; -; …; ~; up to; à; et
""")
UNITS = _words("""
    char(?:acter)?s?; chr; symbols?; letters?; digits?; bytes?; items?; elements?; entries; entry;
    values?; rows?; objects?; codes?; lines?; zeichen; stellen; buchstaben; ziffern; einträge(?:n)?;
    elemente(?:n)?; werte(?:n)?; tecken; siffror; bokstäver; poster; element; värden; rader;
    caractères?; chiffres?; lettres?; éléments?; entrées?; valeurs?
""")
NUMBERS: dict[str, int] = {
    word: number
    for start, step, counted in (
        (0, 1, "zero one two three four five six seven eight nine ten eleven twelve"),
        (13, 1, "thirteen fourteen fifteen sixteen seventeen eighteen nineteen"),
        (20, 10, "twenty thirty forty fifty sixty seventy eighty ninety hundred"),
        (2, 1, "zwei drei vier fünf sechs sieben acht neun zehn elf zwölf"),
        (
            20,
            10,
            "zwanzig dreißig vierzig fünfzig sechzig siebzig achtzig neunzig hundert",
        ),
        (2, 1, "två tre fyra fem sex sju åtta nio tio elva tolv"),
        (2, 1, "deux trois quatre cinq six sept huit neuf dix onze douze"),
        (20, 10, "tjugo trettio fyrtio femtio sextio sjuttio åttio nittio hundra"),
    )
    for number, word in enumerate(counted.split())
    for number in [start + number * step]
}

DEFAULT = _words("""
    counts as; (?:is )?(?:taken|treated) as; räknas(?: det)? som; gilt(?: als)?;
    defaults?(?: value)?(?: is| to|s to)?; by default(?:,? it is| set to|,)?;
    (?:if|when|where) (?:omitted|absent|missing|not (?:given|set|sent|provided|specified))(?:,| then)?(?: it is)?;
    falls back to; assumed; standardwert(?: ist)?; standardmäßig(?: ist)?; standard;
    vorgabe(?:wert)?(?: ist)?; voreinstellung; voreingestellt(?: ist)?; standardvärde(?:t)?(?: är)?;
    förval(?:t)?(?: värde)?(?: är)?; som standard(?: är)?; (?:valeur )?par défaut(?: est)?
""")
ENUM = _words("""
    (?:possible|allowed|acceptable|accepted|permitted|valid|available|supported|known|enum) (?:values?|options?|choices?)(?: (?:are|is|include))?;
    enum(?:eration)?; one of(?: the following)?; any of; either; must be; can be; may be; is one of;
    values?(?: are)?; options?(?: are)?; choices?(?: are)?; mögliche werte; zulässige werte;
    erlaubte werte; erlaubt(?: sind)?; zulässig(?: sind)?; einer von; eines von; entweder; werte;
    möjliga värden; tillåtna värden; giltiga värden; tillåtet; ett av; en av; antingen; värden;
    valeurs? possibles?; valeurs? autorisées?; une? des?; l'une? de; soit
""")
# What stands in a row of values and is none.
NO_VALUES = _words("""
    or; and; example; default; none; null; nullable; required; optional; mandatory; unique;
    deprecated; json; etc; oder; und; bzw; beispiel; standard; pflicht; pflichtfeld; erforderlich;
    eller; och; exempel; valfri; valfritt; obligatorisk; krävs; ou; et; soit; exemple; obligatoire;
    facultatif; requis
""")
READ_ONLY = _words("""
    read[- ]?only; nur lesbar; nur lesend; schreibgeschützt; skrivskyddad; endast läsbar;
    set by the (?:server|system); generated by;
    can(?:not| not) be (?:changed|modified|updated|set|written);
    ignored (?:on|when|in|if) (?:write|writing|written|sent|requests?|updates?|input);
    nicht änderbar; kan inte ändras; (?:en )?lecture seule
""")
WRITE_ONLY = _words("""
    write[- ]?only; never returned; not returned; nur schreibbar; wird nie zurückgegeben;
    returneras (?:aldrig|inte); endast skrivbar
""")
DEPRECATED = _words("""
    deprecated; obsolete; legacy; no longer; sunset; veraltet; abgekündigt; föråldrad; utfasad;
    avvecklas; do not use; (?:will|to) be removed; discouraged; wird entfernt; tas bort; obsolète;
    déprécié[es]*
""")
# What is said of something beside the date on which it goes.
REMOVED = _words("""
    remov(?:ed|al); sunset(?:ting|ted)?; retire(?:d|ment)?; discontinued; end[- ]of[- ]life; eol;
    phased out; shut down; switched off; entfernt; abgeschaltet; eingestellt; tas bort; avvecklas;
    tagits bort; supprimée?s?; retirée?s?
""")
UNIQUE = _words("""
    (?:may|must|can) (?:not )?(?:occur|appear|be (?:given|listed|repeated)) (?:only once|twice|more than once);
    none (?:of them )?twice; only once; not twice; each once; no repeats?; no repetitions?;
    nur einmal; keine doppelt; bara en gång; högst en gång; unique; distinct; no duplicates?;
    duplicates?; not repeat; eindeutig; keine duplikate; doppelte; unika; dubbletter; dubletter;
    sans doublons?
""")

# What a list of fields is headed with.
REQUEST = _words("""
    request; body; payload; anfrage; anfragekörper; begäran; anrop; data-raw; send; input; requête;
    corps
""")
RESPONSE = _words("""
    response; returns?; answer; result; reply; antwort; rückgabe; svar; svaret; output;
    success(?:ful)?; error(?:s)?; fehler; fel; réponse; retour; erreurs?
""")
HEADER = _words("""
    headers?; kopfzeilen?; kopffelder; huvuden?; rubriker; http-header; http-headers; en-têtes?
""")
PATH = _words("""
    path; url; uri; pfad; pfadparameter; sökväg; sökvägsparametrar; route; chemin
""")
QUERY = _words("""
    params; query; querystring; abfrage; abfrageparameter; frågeparametrar; frågesträng; filter
""")
COOKIE = _words("cookies?; kakor; kaka")
WEBHOOK = _words("webhooks?; events?; callback; ereignisse?; händelser?")

# Words that stand where names stand, and are none.
NO_NAMES = _words("""
    a; an; the; with; of; and; or; is; are; as; in; to; from; by; for; on; no; not; each; any; this;
    get; post; put; patch; delete; head; options; copy; copied; sample; text; raw; token; type;
    name; field; parameter; parameters; property; attribute; key; value; example; description;
    required; optional; default; min; max; length; format; enum; pattern; nullable; string; integer;
    number; boolean; object; array; list; json; request; response; header; headers; body; path;
    query; status; code; note; notes; returns; possible; values; minimum; maximum; location; in;
    data; typ; pflicht; beschreibung; feld; beispiel; standard; standardwert; antwort; anfrage;
    werte; fält; beskrivning; exempel; svar; namn; obligatorisk; värden; begäran; standardvärde;
    true; false; null; none; never; always; yes
""")
