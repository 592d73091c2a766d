"""Generator of a synthetic Dutch "sociale kaart": services in the flat form, one a line as JSON.

From the root of the checkout::

    .venv/bin/python -m tests.search.bench.make_catalogue -n 2000 -o services-2000.jsonl

Standard library only. The same ``-n`` and ``--seed`` give the same bytes. All organisations are
invented; a contact is a role, never a person; coordinates are approximate town centres. The text
is composed from phrase grammars: it is for measurements of speed and size, not of relevance
(that is what ``judged_catalogue.yaml`` with ``queries_public.yaml`` is for).
"""

import argparse
import contextlib
import json
import random
import sys
from collections.abc import Iterator
from typing import Any

# The tables are laid out to be read, several words a line.
# fmt: off
# name: (lat, lon, province, weight)
MUNICIPALITIES = {
    "Amsterdam": (52.373, 4.893, "Noord-Holland", 60),
    "Rotterdam": (51.922, 4.479, "Zuid-Holland", 50),
    "Den Haag": (52.078, 4.312, "Zuid-Holland", 42), "Utrecht": (52.091, 5.122, "Utrecht", 30),
    "Eindhoven": (51.441, 5.478, "Noord-Brabant", 22),
    "Groningen": (53.219, 6.567, "Groningen", 22), "Tilburg": (51.560, 5.091, "Noord-Brabant", 20),
    "Almere": (52.351, 5.265, "Flevoland", 18), "Breda": (51.572, 4.768, "Noord-Brabant", 16),
    "Nijmegen": (51.842, 5.853, "Gelderland", 16), "Apeldoorn": (52.211, 5.970, "Gelderland", 14),
    "Arnhem": (51.985, 5.899, "Gelderland", 14), "Haarlem": (52.381, 4.637, "Noord-Holland", 14),
    "Enschede": (52.221, 6.894, "Overijssel", 14), "Amersfoort": (52.156, 5.388, "Utrecht", 13),
    "Zaanstad": (52.439, 4.826, "Noord-Holland", 13),
    "Haarlemmermeer": (52.303, 4.690, "Noord-Holland", 12),
    "'s-Hertogenbosch": (51.690, 5.304, "Noord-Brabant", 13),
    "Zwolle": (52.516, 6.083, "Overijssel", 12), "Zoetermeer": (52.061, 4.494, "Zuid-Holland", 11),
    "Leiden": (52.160, 4.497, "Zuid-Holland", 14), "Maastricht": (50.851, 5.691, "Limburg", 12),
    "Dordrecht": (51.813, 4.690, "Zuid-Holland", 11), "Ede": (52.040, 5.665, "Gelderland", 9),
    "Leeuwarden": (53.201, 5.799, "Fryslân", 12),
    "Alphen aan den Rijn": (52.129, 4.657, "Zuid-Holland", 9),
    "Alkmaar": (52.632, 4.748, "Noord-Holland", 9), "Emmen": (52.785, 6.897, "Drenthe", 9),
    "Delft": (52.012, 4.357, "Zuid-Holland", 8), "Venlo": (51.370, 6.172, "Limburg", 9),
    "Deventer": (52.251, 6.160, "Overijssel", 9), "Sittard-Geleen": (51.000, 5.869, "Limburg", 8),
    "Oss": (51.765, 5.518, "Noord-Brabant", 8), "Helmond": (51.480, 5.657, "Noord-Brabant", 8),
    "Hilversum": (52.223, 5.176, "Noord-Holland", 8), "Heerlen": (50.888, 5.981, "Limburg", 9),
    "Súdwest-Fryslân": (53.032, 5.658, "Fryslân", 7), "Hengelo": (52.266, 6.793, "Overijssel", 7),
    "Purmerend": (52.505, 4.959, "Noord-Holland", 7),
    "Schiedam": (51.917, 4.399, "Zuid-Holland", 7), "Lelystad": (52.518, 5.471, "Flevoland", 7),
    "Roosendaal": (51.531, 4.465, "Noord-Brabant", 7),
    "Leidschendam-Voorburg": (52.080, 4.390, "Zuid-Holland", 6),
    "Vlaardingen": (51.912, 4.342, "Zuid-Holland", 6), "Almelo": (52.357, 6.663, "Overijssel", 7),
    "Gouda": (52.011, 4.711, "Zuid-Holland", 7), "Hoorn": (52.643, 5.060, "Noord-Holland", 6),
    "Velsen": (52.460, 4.650, "Noord-Holland", 5), "Assen": (52.993, 6.564, "Drenthe", 6),
    "Bergen op Zoom": (51.495, 4.291, "Noord-Brabant", 6),
    "Capelle aan den IJssel": (51.929, 4.578, "Zuid-Holland", 5),
    "Veenendaal": (52.028, 5.555, "Utrecht", 5), "Katwijk": (52.204, 4.399, "Zuid-Holland", 5),
    "Zeist": (52.089, 5.233, "Utrecht", 5), "Nieuwegein": (52.029, 5.081, "Utrecht", 5),
    "Hardenberg": (52.576, 6.619, "Overijssel", 5), "Doetinchem": (51.965, 6.288, "Gelderland", 7),
    "Smallingerland": (53.112, 6.099, "Fryslân", 5), "Heerenveen": (52.959, 5.919, "Fryslân", 5),
    "Terneuzen": (51.335, 3.828, "Zeeland", 5), "Middelburg": (51.499, 3.611, "Zeeland", 5),
    "Goes": (51.504, 3.889, "Zeeland", 4), "Vlissingen": (51.443, 3.574, "Zeeland", 4),
    "Kampen": (52.555, 5.911, "Overijssel", 4), "Den Helder": (52.953, 4.760, "Noord-Holland", 5),
    "Weert": (51.252, 5.707, "Limburg", 4), "Roermond": (51.194, 5.987, "Limburg", 5),
    "Tiel": (51.887, 5.429, "Gelderland", 4), "Harderwijk": (52.342, 5.620, "Gelderland", 4),
    "Zutphen": (52.138, 6.201, "Gelderland", 4), "Winterswijk": (51.971, 6.719, "Gelderland", 3),
    "Aalten": (51.925, 6.581, "Gelderland", 2), "Oost Gelre": (52.041, 6.615, "Gelderland", 2),
    "Berkelland": (52.117, 6.520, "Gelderland", 3), "Bronckhorst": (52.055, 6.310, "Gelderland", 2),
    "Montferland": (51.895, 6.220, "Gelderland", 2),
    "Oude IJsselstreek": (51.890, 6.380, "Gelderland", 2),
    "Lisse": (52.257, 4.557, "Zuid-Holland", 2), "Hillegom": (52.291, 4.583, "Zuid-Holland", 2),
    "Teylingen": (52.221, 4.504, "Zuid-Holland", 2),
    "Noordwijk": (52.241, 4.443, "Zuid-Holland", 2),
    "Leiderdorp": (52.158, 4.529, "Zuid-Holland", 2),
    "Oegstgeest": (52.180, 4.470, "Zuid-Holland", 2),
    "Voorschoten": (52.127, 4.448, "Zuid-Holland", 2),
    "Noardeast-Fryslân": (53.325, 5.999, "Fryslân", 2),
    "Achtkarspelen": (53.213, 6.139, "Fryslân", 2), "Hoogeveen": (52.722, 6.476, "Drenthe", 4),
    "Meppel": (52.696, 6.194, "Drenthe", 3), "Midden-Groningen": (53.160, 6.760, "Groningen", 3),
    "Het Hogeland": (53.380, 6.600, "Groningen", 2), "Woerden": (52.085, 4.883, "Utrecht", 3),
    "Rijssen-Holten": (52.309, 6.518, "Overijssel", 2),
}
LEVELS = [
    "po", "pro", "vso", "vmbo", "havo/vwo", "isk", "mbo-entree", "mbo-2", "mbo-3-4", "alle niveaus",
]
GROUPS = [
    "leerplichtigen", "kwalificatieplichtigen", "oud-vsv'ers", "thuiszitters", "mbo-studenten",
    "pro/vso-leerlingen", "overbelaste jongeren", "jonge ouders", "nieuwkomers",
    "dak- en thuislozen", "jongeren met beperking", "jongeren met justitiecontact",
    "werkende jongeren", "ouders", "jongeren in kwetsbare positie",
]
INTAKE_TYPES = [
    "doorlopend", "wekelijks", "maandelijks", "elk kwartaal", "twee keer per jaar", "jaarlijks",
    "op aanvraag",
]

# theme: (goals, groups, nouns, roles, problems, activities, name cores)
T = {
    "verzuim": (
        ["school"],
        [0, 1, 3, 4],
        [
            "schoolverzuim", "verzuimbegeleiding", "verzuimmelding", "ziekteverzuim",
            "verzuimgesprek", "leerplicht", "verzuimspreekuur", "verzuimprotocol", "aanwezigheid",
            "verzuimkaart",
        ],
        [
            "verzuimcoach", "leerplichtconsulent", "leerplichtambtenaar", "verzuimcoördinator",
            "jeugdarts",
        ],
        [
            "spijbelen", "te laat komen", "veelvuldige ziekmeldingen", "ongeoorloofde afwezigheid",
            "lessen overslaan", "langdurig wegblijven",
        ],
        [
            "een gesprek over de oorzaak van het verzuim", "een plan voor meer aanwezigheid",
            "huisbezoeken in de ochtend", "een dagstart met ontbijt",
            "terugkoppeling aan de mentor",
        ],
        ["Verzuimspreekuur", "Verzuimbegeleiding", "Aanwezig!", "Verzuimcoach", "Op tijd erbij"],
    ),
    "thuiszitten": (
        ["school", "zorg"],
        [3, 0, 13],
        [
            "thuiszitters", "thuiszitterscoach", "opbouwrooster", "schoolgang",
            "onderwijszorgarrangement", "thuiszittersoverleg", "maatwerkplek", "deeltijdonderwijs",
            "onderwijsopvang",
        ],
        ["thuiszitterscoach", "onderwijsconsulent", "trajectbegeleider", "ambulant begeleider"],
        [
            "al maanden thuiszitten", "angst voor de klas", "overprikkeling",
            "een verstoord dagritme", "een vastgelopen schoolloopbaan",
        ],
        [
            "stapsgewijze opbouw van schooltijd", "lessen aan huis", "een prikkelarme werkplek",
            "contact met een klasgenoot", "overleg aan de thuiszitterstafel",
        ],
        [
            "Thuiszitterscoach", "Terug in de klas", "Stap voor Stap", "De Tussenhalte",
            "Weer naar school",
        ],
    ),
    "leerwerk": (
        ["werk", "school"],
        [2, 4, 5, 10],
        [
            "leerwerktraject", "leerwerkplek", "leerbaan", "praktijkverklaring", "leerbedrijf",
            "stageplek", "beroepspraktijkvorming", "leerwerkovereenkomst", "vakmanschap",
            "bbl-opleiding", "werkervaringsplaats",
        ],
        ["leermeester", "praktijkopleider", "leerwerkcoach", "stagebegeleider", "werkbegeleider"],
        [
            "geen stageplek kunnen vinden", "niet willen leren uit boeken",
            "zonder diploma van school zijn gegaan", "schoolmoeheid", "een afgebroken opleiding",
        ],
        [
            "vier dagen meewerken in een bedrijf", "branchecertificaten halen",
            "oefenen met gereedschap en machines", "een dag per week theorie", "een proefplaatsing",
        ],
        [
            "Leerwerktraject {sector}", "Leerbedrijf {sector}", "Vakschool {sector}",
            "Werkplaats {sector}", "Praktijkroute {sector}",
        ],
    ),
    "werk en inkomen": (
        ["werk"],
        [2, 12, 14, 10],
        [
            "jobcoach", "werkgever", "bijstandsuitkering", "sollicitatietraining",
            "arbeidstoeleiding", "loonkostensubsidie", "uitzendbaan", "participatiewet",
            "jongerenloket", "arbeidsmarkt", "vacature", "werkfittraject",
        ],
        ["jobcoach", "jobhunter", "klantmanager", "werkcoach", "accountmanager werkgevers"],
        [
            "geen inkomen hebben", "steeds worden afgewezen", "weinig werkervaring",
            "een afstand tot de arbeidsmarkt", "tijdelijke baantjes zonder uitzicht",
        ],
        [
            "hulp bij cv en brief", "bemiddeling naar een werkgever", "begeleiding op de werkvloer",
            "een training werknemersvaardigheden", "aanvragen van een uitkering",
        ],
        ["Jongerenloket", "Werkfit", "Jobcoaching", "Aan de Slag", "Jongerenpunt", "Cv-lab"],
    ),
    "schulden": (
        ["zorg"],
        [2, 4, 12, 9],
        [
            "schuldhulpverlening", "budgetcoach", "betalingsregeling", "schuldeisers",
            "budgetbeheer", "betalingsachterstand", "zorgtoeslag", "kredietbank", "schuldsanering",
            "inkomensbeheer", "studieschuld",
        ],
        [
            "schuldhulpverlener", "budgetcoach", "bewindvoerder", "sociaal raadsvrouw of -man",
            "vrijwilliger thuisadministratie",
        ],
        [
            "oplopende schulden", "deurwaarders aan de deur", "achterstand bij de zorgverzekering",
            "ongeopende post", "boetes en rood staan",
        ],
        [
            "ordenen van de administratie", "onderhandelen met schuldeisers", "een budgetplan",
            "aanvragen van toeslagen", "een saneringskrediet",
        ],
        ["Schuldhulpverlening Jongeren", "Budgetcoach", "Schone Lei", "Geldloket", "Grip op Geld"],
    ),
    "wonen": (
        ["zorg"],
        [9, 7, 14],
        [
            "zwerfjongeren", "woonbegeleiding", "kamertraining", "opvang", "jongerenpension",
            "briefadres", "huisvesting", "begeleid-wonen", "nachtopvang", "woonvoorziening",
            "kamerwonen",
        ],
        ["woonbegeleider", "woonmentor", "straathoekwerker", "ambulant begeleider", "casemanager"],
        [
            "dakloos zijn", "bij vrienden op de bank slapen", "niet meer thuis kunnen wonen",
            "een dreigende huisuitzetting", "geen inschrijfadres",
        ],
        [
            "een tijdelijke kamer", "kamertraining", "begeleiding bij zelfstandig wonen",
            "een eigen mentor", "bemiddeling naar huisvesting",
        ],
        [
            "Jongerenpension", "Kamers en Kansen", "Begeleid Wonen", "Zwerfjongerenopvang",
            "Onderdak",
        ],
    ),
    "psychisch": (
        ["zorg"],
        [6, 3, 4],
        [
            "faalangsttraining", "angstklachten", "depressie", "jeugd-ggz", "stemmingsklachten",
            "schoolpsycholoog", "behandeling", "cognitieve-gedragstherapie", "rouwverwerking",
            "traumabehandeling", "veerkracht",
        ],
        [
            "psycholoog", "regiebehandelaar", "orthopedagoog", "ervaringsdeskundige",
            "schoolpsycholoog",
        ],
        [
            "somberheid", "faalangst", "paniekaanvallen", "slecht slapen", "een verlies",
            "stress en piekeren",
        ],
        [
            "individuele gesprekken", "een groepstraining van acht keer", "therapie met het gezin",
            "een terugkeerplan met school", "oefenen met ontspanning",
        ],
        [
            "Faalangsttraining", "Inloop Psycholoog", "Jongerenteam Angst en Stemming",
            "Lekker in je Vel", "Rouwgroep",
        ],
    ),
    "verslaving": (
        ["zorg"],
        [6, 4, 11],
        [
            "verslavingszorg", "middelengebruik", "cannabisgebruik", "alcohol", "gameverslaving",
            "terugvalpreventie", "gokken", "voorlichting", "lachgas", "vapen", "preventiewerk",
        ],
        ["preventiewerker", "verslavingsbehandelaar", "ambulant behandelaar", "jongerenwerker"],
        [
            "dagelijks blowen", "problematisch gamen", "veel alcohol in het weekend", "gokschulden",
            "gebruik op school",
        ],
        [
            "motiverende gesprekken", "een ontwenningsplan", "gezinsgesprekken",
            "voorlichting in de klas", "een terugvalplan",
        ],
        [
            "Verslavingszorg Jeugd", "Preventie op School", "Zonder Rook", "Game Balans",
            "Nuchter Verder",
        ],
    ),
    "gezin": (
        ["zorg"],
        [13, 0, 6],
        [
            "schoolmaatschappelijk-werk", "jeugdhulp", "opvoedondersteuning", "gezinsbegeleiding",
            "wijkteam", "mantelzorg", "scheiding", "ouderbetrokkenheid", "jeugdteam",
            "zorgadviesteam", "huisbezoek",
        ],
        [
            "schoolmaatschappelijk werker", "gezinswerker", "jeugdadviseur", "pedagoog",
            "systeemtherapeut",
        ],
        [
            "ruzie thuis", "een scheiding", "zorgen voor een zieke ouder", "armoede",
            "opvoedvragen", "spanningen in het gezin",
        ],
        [
            "gesprekken met leerling en ouders", "afstemming in het zorgadviesteam", "opvoedadvies",
            "bemiddeling tussen thuis en school", "een gezinsplan",
        ],
        [
            "Schoolmaatschappelijk Werk", "Jeugdteam", "Gezin Voorop", "Opvoedpunt",
            "Jeugdmaatschappelijk Werk",
        ],
    ),
    "loopbaan": (
        ["school"],
        [4, 2, 1, 14],
        [
            "studiekeuze", "loopbaanoriëntatie", "beroepskeuze", "heroriëntatie", "switchtraject",
            "studiekeuzeadvies", "loopbaanplein", "meeloopdag", "interessetest", "vervolgopleiding",
            "startkwalificatie",
        ],
        ["loopbaanadviseur", "decaan", "studiekeuzeadviseur", "trajectbegeleider", "loopbaancoach"],
        [
            "een verkeerde studiekeuze", "niet weten wat je wilt", "een negatief studieadvies",
            "twijfel over de opleiding", "halverwege het jaar stoppen",
        ],
        [
            "beroepentests", "meelopen bij drie opleidingen", "loopbaangesprekken",
            "bezoeken aan bedrijven", "een motivatieplan",
        ],
        ["Loopbaanplein", "Oriëntatietraject", "Loopbaanklas", "Kompas", "Studiekeuzelab"],
    ),
    "overstap": (
        ["school"],
        [0, 1, 5],
        [
            "overstap", "overstapcoach", "doorstroom", "warme-overdracht", "vervolgonderwijs",
            "aanmelding", "entreeopleiding", "zomerschool", "overgang", "doorlopende-leerlijn",
            "toelating",
        ],
        ["overstapcoach", "doorstroomcoach", "mentor", "zorgcoördinator", "decaan"],
        [
            "niet aankomen op het mbo", "een lastige overgang", "zoekraken in de zomer",
            "te late aanmelding", "afwijzing bij de intake",
        ],
        [
            "een kennismaking op de nieuwe school", "volgen tot en met oktober",
            "een overdrachtsgesprek", "wendagen", "hulp bij inschrijven",
        ],
        [
            "Overstapcoach", "Zomeroverstap", "Warme Overdracht", "Doorstroomteam",
            "Van Vmbo naar Mbo",
        ],
    ),
    "taal": (
        ["school"],
        [8, 13],
        [
            "taalklas", "nt2-onderwijs", "inburgering", "schakelklas", "taalmaatje",
            "laaggeletterdheid", "basisvaardigheden", "taalniveau", "taalcoach", "anderstaligen",
            "nieuwkomers",
        ],
        [
            "taaldocent", "taalcoach", "mentor schakelklas", "intercultureel bemiddelaar",
            "docent NT2",
        ],
        [
            "weinig Nederlands spreken", "een taalachterstand", "moeite met lezen en schrijven",
            "kort in Nederland zijn", "moeite met rekenen",
        ],
        [
            "vaktaal in de praktijk", "lessen op drie niveaus", "oefenen met een vrijwilliger",
            "voorbereiding op de entreeopleiding", "hulp bij inburgering",
        ],
        ["Taalklas", "Schakeltraject", "Taalmaatjes", "NT2 op het Werk", "Basisvaardigheden"],
    ),
    "justitie": (
        ["zorg", "school"],
        [11, 6],
        [
            "jeugdreclassering", "leerstraf", "nazorg", "detentie", "agressieregulatie",
            "herstelgesprek", "veiligheidshuis", "groepsaanpak", "strafblad", "weerbaarheid",
            "criminaliteit",
        ],
        ["jeugdreclasseerder", "nazorgcoach", "procesregisseur", "trainer", "wijkagent"],
        [
            "een aanraking met de politie", "agressief gedrag", "foute vrienden",
            "een verblijf in een jeugdinrichting", "ronselen voor drugshandel",
        ],
        [
            "een training agressieregulatie", "een plan voor na detentie", "herstelbemiddeling",
            "toezicht en begeleiding", "terugkeer naar een leerwerkplek",
        ],
        [
            "Nazorg na Detentie", "Kort Lontje", "Herstelbureau", "Tweede Kans",
            "Persoonsgerichte Aanpak",
        ],
    ),
    "jonge ouders": (
        ["school", "zorg"],
        [7],
        [
            "tienermoeders", "zwangerschap", "kinderopvang", "moederklas", "ouderschap",
            "opvoeding", "jonge-vaders", "bevallingsverlof", "kinderopvangtoeslag",
        ],
        ["coach jonge ouders", "jongerenverloskundige", "maatschappelijk werker", "oudercoach"],
        [
            "zwanger zijn op school", "een kind en geen oppas", "alleen voor een kind zorgen",
            "een opleiding stilleggen",
        ],
        [
            "een lesrooster op maat", "een groep met oppas", "hulp bij kinderopvangtoeslag",
            "een stage dichtbij huis", "opvoedgesprekken",
        ],
        ["Jonge Moeders", "Mamaschool", "Vadercoach", "Studeren met Kind", "Moederhart"],
    ),
    "dagbesteding": (
        ["zorg", "werk"],
        [10, 3, 5],
        [
            "dagbesteding", "zorgboerderij", "dagstructuur", "arbeidsmatige-dagbesteding",
            "activiteitenbegeleiding", "beschut-werk", "atelier", "moestuin", "dierverzorging",
            "ritmetraject",
        ],
        ["zorgboer", "activiteitenbegeleider", "werkbegeleider", "ritmecoach"],
        [
            "geen daginvulling", "een licht verstandelijke beperking",
            "een verstoord dag- en nachtritme", "autisme", "nog niet toe zijn aan school",
        ],
        [
            "dieren verzorgen", "werken in de moestuin", "creatief werk in het atelier",
            "koken en samen eten", "rustige opbouw van uren",
        ],
        ["Zorgboerderij", "Atelier", "Dagbesteding", "Erf en Leer", "De Werkbank"],
    ),
    "leerproblemen": (
        ["school"],
        [4, 5, 10],
        [
            "huiswerkbegeleiding", "dyslexie", "dyscalculie", "adhd", "autismebegeleiding",
            "remedial-teaching", "studievaardigheden", "passend-onderwijs", "planning", "bijles",
        ],
        [
            "remedial teacher", "autismecoach", "studiecoach", "ambulant begeleider",
            "huiswerkbegeleider",
        ],
        [
            "dyslexie", "concentratieproblemen", "achterlopen met de stof", "moeite met plannen",
            "autisme", "rekenproblemen",
        ],
        [
            "bijles in kleine groepen", "leren plannen met een app", "extra toetstijd aanvragen",
            "een stille studieplek", "advies aan docenten",
        ],
        ["Huiswerkhuis", "Autismecoach", "Steunpunt Taal en Rekenen", "Focus", "Leren Leren"],
    ),
}
SECTORS = [
    "Bouw", "Horeca", "Techniek", "Groen", "Zorg en Welzijn", "Logistiek", "Kapper", "Detailhandel",
    "ICT", "Schilderen", "Autotechniek", "Metaal", "Bakkerij", "Beveiliging", "Fietstechniek",
    "Schoonmaak", "Dierverzorging", "Installatie",
]
ORG_A = [
    "Stichting", "Vereniging", "Coöperatie", "Bureau", "Centrum", "Zorggroep", "Leerwerkbedrijf",
    "Steunpunt", "Netwerk", "Samenwerkingsverband", "Jeugdhulp", "ROC", "Scholengroep", "Welzijn",
]
ORG_B = [
    "De Brug", "Perspectief", "Vooruit", "De Springplank", "Het Anker", "De Kans", "Horizon",
    "Koers", "De Schakel", "Wending", "Stapsteen", "Zuiderlicht", "Noorderzon", "De Linde",
    "Oeverwal", "Rijnstroom", "Maaskant", "IJsselboog", "Vechtdal", "Duinrand", "Veenweide",
    "Heuvelrug", "Waterland", "De Poort", "De Ladder", "Groeikracht", "Meerzicht", "Kompasrichting",
    "Talentrijk", "Wegwijzer", "Buurtkracht", "De Vuurtoren", "Morgenster", "De Werf", "Klaverblad",
    "Zandpad", "Polderlicht", "Vlietzone",
]
FIRST = [
    "{Role} helpt {group} die te maken hebben met {problem} of {problem2}.",
    "Dit aanbod is bedoeld voor {group} bij wie {problem} de schoolloopbaan in de weg staat.",
    "Bij {noun} draait het om {group}: wie kampt met {problem}, vindt hier een vast aanspreekpunt.",
    "Jongeren uit {mun} en omgeving kunnen hier terecht wanneer {problem} of {problem2} speelt.",
    "{Noun} voor {group} tussen {a} en {b} jaar, met aandacht voor {problem}.",
    "Vanuit {org} werken een {role} en een {role2} samen rond {noun} en {noun2}.",
]
MID = [
    "Onderdeel van het traject is {act}, gevolgd door {act2}.",
    "In de eerste weken staat {act} centraal; daarna komt {act2} aan bod.",
    "De {role} stemt af met school, ouders en de {role2}, zodat er één plan ligt.",
    "Er is ruimte voor {act}, ook in de avonduren of bij de jongere thuis.",
    "Naast {act} biedt de {role} hulp bij {problem2}.",
    ("Samen wordt gekeken wat nodig is: {act}, {act2} of een verwijzing naar een andere "
     "voorziening."),
    "De begeleiding duurt gemiddeld {weeks} weken en bestaat uit {act} en {act2}.",
    "Wie vastloopt door {problem} krijgt binnen {days} dagen een kennismakingsgesprek.",
    "Met de mentor worden afspraken gemaakt over {noun} en over {noun2}.",
    "Het aanbod sluit aan op {xnoun} en wordt uitgevoerd in kleine groepen van {size} deelnemers.",
    "Waar nodig wordt {xnoun} ingeschakeld of is er contact met het {place}.",
    "Ouders of verzorgers worden betrokken bij {act}.",
    "Deelnemers oefenen met {skill} en {skill2} en krijgen daar feedback op.",
    ("Iedere deelnemer heeft een eigen ontwikkelplan waarin {noun}, {skill} en "
     "toekomstwensen samenkomen."),
    "De locatie is {place2} en goed bereikbaar met het openbaar vervoer.",
    "Een {role2} is vierentwintig uur per dag bereikbaar als {problem} opspeelt.",
    "Er wordt nauw samengewerkt met leerplicht, RMC en het {place}.",
    "Een ervaringsdeskundige vertelt hoe {problem2} te overwinnen is.",
    "Het gaat om maatwerk: de een heeft genoeg aan {act}, de ander heeft {xnoun} nodig.",
    "De {role} houdt wekelijks contact met de opleiding over {noun}.",
    "Aan het begin wordt een {compound} opgesteld, aan het eind een {compound2}.",
    "Ook {xnoun2} en {skill} krijgen aandacht.",
    "De aanpak is praktisch en oplossingsgericht, met korte lijnen naar het {place}.",
    "Bij {problem2} schuift een {role2} aan.",
]
LAST = [
    "Na afloop volgt een warme overdracht naar opleiding, werk of vervolghulp.",
    "Doel is dat de jongere alsnog een startkwalificatie haalt of duurzaam aan het werk gaat.",
    "Nazorg: de {role} belt tot een half jaar na afronding.",
    "Het resultaat is terugkeer naar school, een leerbaan of een passende dagbesteding.",
    "De school blijft verantwoordelijk en ontvangt een eindverslag.",
    "Wie het traject afrondt krijgt een certificaat.",
    "Deelname is gratis en vertrouwelijk.",
    "Als dit niet lukt, zoekt de {role} met het {place} naar een alternatief.",
    "Zo blijft niemand buiten beeld.",
]
SKILLS = [
    "plannen", "op tijd komen", "samenwerken", "omgaan met geld", "nee zeggen", "solliciteren",
    "rekenen", "taal", "sociale vaardigheden", "omgaan met stress", "feedback ontvangen",
    "grenzen stellen", "zelfstandig reizen", "presenteren", "digitale vaardigheden",
    "werknemersvaardigheden", "zelfvertrouwen", "keuzes maken",
]
PLACES = [
    "wijkteam", "jongerenloket", "doorstroompunt", "zorgadviesteam", "samenwerkingsverband",
    "mbo-jeugdteam", "werkgeversservicepunt", "regionaal bureau leerplicht", "jeugdteam",
    "ondersteuningsteam",
]
PLACES2 = [
    "een oud schoolgebouw", "het buurthuis", "een bedrijfshal", "de mbo-locatie",
    "een boerderij buiten de stad", "het gezondheidscentrum", "de bibliotheek",
    "een woonhuis in de wijk", "het stadskantoor",
]
CMOD = [
    "traject", "begeleidings", "ontwikkelings", "verzuim", "loopbaan", "gezins", "veiligheids",
    "studie", "herstel", "stage", "werk", "zorg", "toekomst", "overdrachts", "taal", "schuld",
    "woon", "terugkeer", "competentie", "intake",
]
CHEAD = [
    "plan", "verslag", "advies", "overzicht", "formulier", "gesprek", "contract", "dossier",
    "profiel", "rooster", "afspraak", "kaart", "meting", "rapport", "toets",
]
ADM = [
    "Woonachtig in {mun} of een omliggende gemeente.",
    "Tussen {a} en {b} jaar.",
    "Aanmelding via school, ouders of de jongere zelf.",
    "Verwijzing door huisarts, jeugdarts of wijkteam.",
    "Geen startkwalificatie.",
    "Gemotiveerd en bereid tot een proefperiode.",
    "Beschikking jeugdhulp of Wmo vereist.",
    "Ingeschreven bij een school in de regio.",
    "Doorverwijzing door de leerplichtambtenaar of RMC.",
    "Geen acute verslavings- of psychiatrische problematiek.",
    "Basiskennis Nederlands (A2).",
    "Een kennismakingsgesprek hoort bij de aanmelding.",
]
INTAKE = {
    "doorlopend": [
        "Hele jaar door, intake binnen {days} dagen.",
        "Doorlopend; wachttijd ongeveer {weeks} weken.",
    ],
    "wekelijks": ["Elke {dow} inloop.", "Wekelijks op {dow}."],
    "maandelijks": ["Eerste {dow} van de maand.", "Maandelijkse startgroep."],
    "elk kwartaal": ["Vier startmomenten per jaar.", "Start in {m1}, {m2} en verder elk kwartaal."],
    "twee keer per jaar": ["Start in september en februari.", "Instroom in {m1} en {m2}."],
    "jaarlijks": ["Aanmelden vóór 1 {m1}.", "Eenmaal per jaar, start in {m1}."],
    "op aanvraag": ["Op aanvraag van de school.", "In overleg te plannen."],
}
DOW = ["maandag", "dinsdag", "woensdag", "donderdag", "vrijdag"]
MONTHS = [
    "januari", "februari", "maart", "april", "mei", "juni", "september", "oktober", "november",
]
# fmt: on

MUN_NAMES = list(MUNICIPALITIES)
MUN_W = [MUNICIPALITIES[m][3] for m in MUN_NAMES]
THEMES = list(T)
THEME_W = [9, 6, 14, 11, 7, 6, 10, 4, 10, 9, 6, 6, 4, 3, 6, 7]


def cap(s: str) -> str:
    """The text with its first letter as a capital, the rest as it is."""
    return s[:1].upper() + s[1:]


def service(i: int, rng: random.Random) -> dict[str, Any]:
    """The service with number ``i`` in the flat form.

    The order in which ``rng`` is asked is part of the result: another order, other bytes.
    """
    ch = rng.choice
    th = rng.choices(THEMES, THEME_W)[0]
    goals, groups, nouns, roles, problems, acts, cores = T[th]
    th2 = rng.choices(THEMES, THEME_W)[0]
    mun = rng.choices(MUN_NAMES, MUN_W)[0]
    lat, lon, prov, _ = MUNICIPALITIES[mun]
    org = f"{ch(ORG_A)} {ch(ORG_B)}" + (f" {mun}" if rng.random() < 0.35 else "")
    a = rng.choice([12, 12, 14, 15, 16, 16, 16, 17, 18, 18])
    b = a + rng.choice([4, 5, 6, 7, 9, 11])
    core = ch(cores).format(sector=ch(SECTORS))
    tails = ["Plus", "op Maat", "16-23", "18+", "Jong", "mbo", "vmbo", "in de Wijk", f"Regio {mun}"]
    name = ch(
        [
            f"{core} {ch(ORG_B)}",
            f"{core} {mun}",
            f"{core}: {ch(ORG_B)}",
            f"{core} {ch(tails)}",
        ]
    )
    size = min(len(groups), rng.choice([1, 1, 2, 2, 3]))
    gr = sorted(set(rng.sample([GROUPS[g] for g in groups], size)))
    lv = sorted(set(rng.choices(LEVELS, [1, 4, 4, 9, 5, 2, 6, 7, 6, 6], k=ch([1, 2, 2, 3]))))
    it = rng.choices(INTAKE_TYPES, [50, 8, 10, 8, 10, 8, 6])[0]

    def slots() -> dict[str, Any]:
        t2 = T[th2]
        return dict(
            role=ch(roles), Role=cap("de " + ch(roles)), role2=ch(t2[3]), group=ch(gr),
            problem=ch(problems), problem2=ch(t2[4]) if rng.random() < 0.5 else ch(problems),
            noun=ch(nouns), Noun=cap(ch(nouns)), noun2=ch(nouns), xnoun=ch(t2[2]),
            xnoun2=ch(t2[2]), act=ch(acts), act2=ch(t2[5]) if rng.random() < 0.4 else ch(acts),
            mun=mun, org=org, a=a, b=b, weeks=rng.randint(4, 40), days=rng.randint(2, 21),
            size=rng.randint(4, 16), skill=ch(SKILLS), skill2=ch(SKILLS), place=ch(PLACES),
            place2=ch(PLACES2), compound=ch(CMOD) + ch(CHEAD), compound2=ch(CMOD) + ch(CHEAD),
            dow=ch(DOW), m1=ch(MONTHS), m2=ch(MONTHS),
        )  # fmt: skip

    target = rng.randint(48, 132)
    parts = [ch(FIRST).format(**slots())]
    words = len(parts[0].split())
    mids = rng.sample(MID, len(MID))
    while words < target - 8 and mids:
        sentence = mids.pop().format(**slots())
        parts.append(sentence)
        words += len(sentence.split())
    parts.append(ch(LAST).format(**slots()))
    s = slots()
    summary = ch(
        [
            f"{cap(s['noun'])} voor {s['group']} met {s['act']}.",
            f"Hulp bij {s['problem']} door een {s['role']}.",
            f"{cap(s['act'])} en {s['act2']} voor {s['group']} in {mun}.",
            f"{cap(s['noun'])} en {s['noun2']}, {s['a']} tot {s['b']} jaar.",
        ]
    )
    themes = [th] + ([th2] if th2 != th and rng.random() < 0.55 else [])
    return {
        "id": f"g{i:06d}",
        "name": name,
        "organisation": org,
        "summary": summary,
        "description": cap(" ".join(parts)),
        "goal": ch(goals),
        "themes": themes,
        "target_groups": gr,
        "levels": lv,
        "age_min": a,
        "age_max": b,
        "municipality": mun,
        "province": prov,
        "lat": round(lat + rng.gauss(0, 0.02), 5),
        "lon": round(lon + rng.gauss(0, 0.03), 5),
        "admission": " ".join(x.format(**s) for x in rng.sample(ADM, rng.choice([1, 2, 2, 3]))),
        "intake": ch(INTAKE[it]).format(**s),
        "intake_type": it,
        "contact_role": cap(s["role"]),
        "updated": f"2025-{rng.randint(1, 12):02d}-{rng.randint(1, 28):02d}",
    }


def generate(n: int, seed: int = 1) -> Iterator[dict[str, Any]]:
    """``n`` services, one after another; of a larger ``n`` the first ones are the same."""
    rng = random.Random(f"sociale-kaart-{seed}")
    for i in range(n):
        yield service(i, rng)


def json_line(row: dict[str, Any]) -> str:
    """A service as it stands in the file."""
    return json.dumps(row, ensure_ascii=False) + "\n"


def main() -> None:
    """Write the catalogue that the command line asks for."""
    ap = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    ap.add_argument("-n", type=int, default=2000, help="how many services")
    ap.add_argument("--seed", type=int, default=1)
    ap.add_argument("-o", "--out", default="-", help="the file; without it standard output")
    a = ap.parse_args()
    with contextlib.ExitStack() as opened:
        f = sys.stdout
        if a.out != "-":
            f = opened.enter_context(open(a.out, "w", encoding="utf-8"))
        for row in generate(a.n, a.seed):
            f.write(json_line(row))


if __name__ == "__main__":
    main()
