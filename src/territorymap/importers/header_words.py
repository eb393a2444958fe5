"""What column headers are called: English, German, Chinese, CRM exports. Owns the words; not the choice of columns."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

from territorymap.importers.header_words_zh import (
    CHINESE_CLASSES,
    CHINESE_NAMES,
    CHINESE_SUMS,
    CHINESE_TOTALS,
    CHINESE_WORDS,
)


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Field -> headers, written small, without blanks, accents and marks; "äöü" both as "aou" and as "ae oe ue".
ACCOUNT_WORDS = {
    "account_key": """
        accountid accountnumber accountno accountnr accountkey accountcode key id customerid customernumber
        customerno customernr customerkey customercode custid custno clientid clientno clientnumber recordid
        companyid kundennummer kundennr kundenid kdnr kundenno debitor debitorid debitornr debitorennummer
        debitorennr externalid crmid donotmodifyaccount storeid storeno storenumber siteid locationid accountid18
        companyrecordid objectid accountid15 accountcasesafeid casesafeid casesafeaccountid crmaccountid
        hsobjectid accountguid partnernr numeroclient codeclient idcliente klantnummer""",
    "account_name": """
        accountname companyname customername clientname account company customer client name firma firmenname
        firmierung kunde kundenname unternehmen unternehmensname name1 firma1 store storename dealer dealername
        organisation organization organizationname organisationsname businessname bezeichnung fullname sitename
        nomclient raisonsociale razonsocial ragionesociale klant klantnaam accountdescription""",
    "postal_code": """
        zip zipcode zip5 zipcode5 zipplus4 zip4 zippostalcode zippostal postalcode postalzip postalzipcode
        postalcodezip postcode postalcd zippc plz plz5 postleitzahl postlz codepostal cp cap codigopostal postnr
        postnummer kodpocztowy zcta5 zipcodepostalcode ziporpostalcode""",
    "city": """
        city town cityname citytown towncity ort ortsname stadt stadtname wohnort ville commune ciudad citta
        localidad localite plaats woonplaats miasto poblacion municipality gemeinde gemeindename locality""",
    "state": """
        state statecode stateabbr stateabbreviation statename stateprovince stateregion province provincecode
        stateprovinceregion statepr bundesland bundesstaat kanton provinz provincia stateorprovince countystate
        usstate st""",
    "country": """
        country countryregion countrycode countryname countryiso isocountry countryregioncode land landcode
        landescode landkz lkz landkennzeichen laenderkennzeichen landerkennzeichen laendercode landercode pays
        pais paese nation kraj countryisocode""",
    "lon": """
        lon lng long longitude xlon geolon geolng geolongitude lonwgs84 longitudewgs84 laengengrad langengrad
        laenge gpslon gpslng gpslongitude loncoord lond londeg longdeg coordx xcoord xcoordinate x longitud lonx""",
    "lat": """
        lat latitude ylat geolat geolatitude latwgs84 latitudewgs84 breitengrad breite gpslat gpslatitude
        latcoord latdeg coordy ycoord ycoordinate y latitud laty""",
    "street": """
        street streetaddress address addressline addressline1 address1 address1line1 street1 strasse str
        strassehausnr strassehausnummer anschrift adresse rue calle via streetandnumber line1 streetname
        addressstreet1 addresslineone strassenr straat""",
    "unit_code": """
        unitcode unit unitid geoid geoid10 geoid20 fips fipscode countyfips fipscounty countyfipscode ags agsnr
        nuts3 nutsid nutscode nuts nuts3code kreisschluessel kreisschlussel gemeindeschluessel gemeindeschlussel
        ars zcta zcta5ce20 regionalschluessel regionalschlussel""",
    "territory": """
        territory territoryname salesterritory gebiet gebietsname vertriebsgebiet verkaufsgebiet territoryid
        territoire territorio currentterritory""",
    "visits": """
        visits visitspa visitsperannum besuchepa besuchsanzahl visitsperyear visitsyear visitsayear nvisits
        numberofvisits callsperyear calls callfrequency visitfrequency frequency besuche besuchejahr
        besucheprojahr anzahlbesuche besuchsfrequenz besucheimjahr annualvisits annualcalls plannedvisits
        visitsannual""",
    "visit_min": """
        visitmin visitminutes minutespervisit minpervisit visitduration visitdurationmin visitdurationminutes
        visitlength visitlengthmin visittime visittimemin besuchsdauer besuchsdauermin besuchsdauerminuten
        minutenprobesuch besuchszeit callduration calldurationmin dauermin""",
    "speed_kmh": "speedkmh speed kmh geschwindigkeit geschwindigkeitkmh drivingspeed averagespeed averagespeedkmh",
    "detour": "detour detourfactor umweg umwegfaktor circuity",
    "satisfaction": """
        satisfaction satisfactionscore customersatisfaction accountsatisfaction csat csatscore nps npsscore
        zufriedenheit kundenzufriedenheit""",
    "mark": "mark repmark accountmark repchange changerep protect protected protection keeprep schutz geschuetzt",
    "stops_per_trip": "stopspertrip stops stopstrip stoppsprotour stopsprotour stoppsprofahrt visitspertrip",
}
REP_WORDS = {
    "rep_name": """
        rep repname salesrep salesrepname salesperson salespersonname name fullname owner accountowner ownername
        representative salesrepresentative vertreter aussendienst aussendienstmitarbeiter adm mitarbeiter
        mitarbeitername verkaeufer verkaufer vertriebler vertriebsmitarbeiter employee employeename user username
        seller agent vertriebsmitarbeitername displayname commercial vendedor""",
    "first_name": "firstname vorname givenname forename",
    "last_name": "lastname nachname surname familyname familienname",
    "home_postal_code": ACCOUNT_WORDS["postal_code"],
    "home_city": ACCOUNT_WORDS["city"] + " location base homebase office residence",
    "home_state": ACCOUNT_WORDS["state"],
    "home_country": ACCOUNT_WORDS["country"],
    "lon": ACCOUNT_WORDS["lon"],
    "lat": ACCOUNT_WORDS["lat"],
    "capacity_h": """
        capacity capacityh capacityhours capacityhoursperyear capacityhyear hours hoursperyear hoursyear
        annualhours hourspa availablehours workinghours kapazitaet kapazitat kapazitaeth kapazitath
        kapazitaetstunden kapazitatstunden stunden stundenprojahr stundenjahr jahresstunden jahresarbeitszeit
        arbeitsstunden kapazitatstundenprojahr capacityhpa yearlyhours""",
    "fte": """
        fte ftes fulltimeequivalent vzae vzk vza vollzeitaequivalent vollzeitaquivalent stellenanteil
        beschaeftigungsgrad beschaftigungsgrad ftepercent""",
    "role": "role salesrole jobrole rolle vertriebsrolle position function jobfunction funktion",
    "seniority": "seniority senioritylevel senioritat senioritaet experiencelevel erfahrungsstufe",
    "career_level": "careerlevel joblevel level grade jobgrade careergrade karrierestufe laufbahnstufe band payband",
    "started_on": """
        startedon startdate hiredate hired datehired joindate joined joinedon employedsince since firstday
        employmentstart eintritt eintrittsdatum eintrittam beschaeftigtseit beschaftigtseit""",
    "languages": "languages language spokenlanguages languagesspoken sprachen sprache langs lang",
    "verticals": """
        verticals vertical industries industry industryfocus verticalfocus specialization specialisation specialty
        expertise branchen branche branchenfokus""",
    "territory": ACCOUNT_WORDS["territory"] + " territories territoryassigned assignedterritory",
}
ALIGNMENT_WORDS = {
    "unit_code": ACCOUNT_WORDS["unit_code"]
    + " "
    + ACCOUNT_WORDS["postal_code"]
    + """ code county countyid kreis kreisnr gemeindenr units unitcodes ziprange plzbereich plzgebiet from
    fromzip zipfrom fromzipcode zipcodefrom frompostalcode postalcodefrom frompostcode postcodefrom startzip zipstart
    firstzip firstcode startcode codefrom firstunitcode rangestart von vonplz plzvon""",
    "unit_code_to": """
        tozip zipto tozipcode zipcodeto topostalcode postalcodeto topostcode postcodeto endzip zipend lastzip lastcode
        endcode codeto lastunitcode rangeend bisplz plzbis to bis""",
    "territory": ACCOUNT_WORDS["territory"] + " territories zone bezirk verkaufsbezirk vertriebsbezirk terr area",
    "rep": REP_WORDS["rep_name"].replace(" name ", " ") + " assignedto manager",
    "region": "region regionname salesregion vertriebsregion verkaufsregion district districtname regionalmanager",
}
ASSIGNMENT_WORDS = {
    "account_key": ACCOUNT_WORDS["account_key"],
    "territory": ACCOUNT_WORDS["territory"].replace(" territoryid", "")
    + " territory2name name territory2 territorylabel territory2label assignedterritory territory2developername",
    "rep": REP_WORDS["rep_name"].replace(" name ", " ") + " companyowner recordowner owneralias",
}
METRIC_WORDS = {
    "period": """
        period week weekno calendarweek kw month monat quarter quartal year jahr date day datum woche reportingperiod
        fiscalperiod timeperiod yearmonth yearweek""",
    "rep": REP_WORDS["rep_name"],
    "territory": ACCOUNT_WORDS["territory"],
    "metric": "metric kpi measure indicator metricname kpiname kennzahl activity activitytype",
    "value": "value amount result actual number count wert anzahl ist",
}
DEAL_WORDS = {
    "account_key": ACCOUNT_WORDS["account_key"],
    "account_name": ACCOUNT_WORDS["account_name"].replace(" bezeichnung ", " "),
    "rep": REP_WORDS["rep_name"].replace(" name ", " ")
    + """ partner partnername reseller resellername distributor channelpartner registeredby opportunityowner dealowner
    partneraccount haendler handler vertriebspartner""",
    "deal_name": "dealname deal opportunityname opportunity name dealtitle title projekt project bezeichnung topic",
    "amount": """
        amount value dealvalue dealamount betrag wert volumen volume revenue expectedrevenue estrevenue umsatz price""",
    "stage": "stage dealstage status phase salesstage stufe state opportunitystage dealstatus",
    "probability": "probability prob wahrscheinlichkeit winprobability dealprobability chance",
    "registered_on": """
        registeredon registered registrationdate dateregistered dealregistrationdate created createddate createdate
        createdon registriertam angemeldetam datum date""",
    "expected_on": """
        expectedon closeexpectedon expectedclose expectedclosedate closedate estclosedate estimatedclosedate
        abschlussdatum erwartet erwarteterabschluss""",
    "expires_on": "expireson expires expirydate expirationdate expiry expiration validuntil protecteduntil gueltigbis "
    "gultigbis ablaufdatum",
    "closed_on": "closedon closed closeddate dateclosed wonon abgeschlossenam actualclosedate",
    "product": "product productname productline sku article produkt produktname artikel",
    "note": "note notes comment comments remark bemerkung notiz description beschreibung",
}
_PARTNER_WORDS = """partner partnername channelpartner company companyname name resellername distributorname
        vertriebspartner firma organisation organization account accountname"""
PARTNER_WORDS = {
    "partner": _PARTNER_WORDS,
    "partner_type": "type partnertype kind typ partnertyp category",
    "status": "status stage phase recruitmentstatus pipelinestage",
    "tier": "tier partnertier level partnerlevel programmetier programtier stufe partnerstufe",
    "contact": "contact contactname contactperson email ansprechpartner kontakt primarycontact",
    "agreed_on": """agreedon agreed agreementdate contractdate signedon signed since partnersince startdate
        vertragsdatum partnerseit""",
    "left_on": "lefton left enddate terminated terminatedon endedon ausgeschieden",
    "satisfaction": "satisfaction satisfactionscore csat nps score zufriedenheit",
    "joint_plan": "jointplan jointbusinessplan businessplan plan gemeinsamerplan",
    "note": "note notes comment comments remark bemerkung notiz",
    "territory": ACCOUNT_WORDS["territory"] + " territories",
    "home_postal_code": ACCOUNT_WORDS["postal_code"],
    "home_city": ACCOUNT_WORDS["city"],
    "home_state": ACCOUNT_WORDS["state"],
    "home_country": ACCOUNT_WORDS["country"],
    "lon": ACCOUNT_WORDS["lon"],
    "lat": ACCOUNT_WORDS["lat"],
}
CREDENTIAL_WORDS = {
    "partner": _PARTNER_WORDS + " rep repname salesrep holder owner",
    "kind": "kind type typ category credentialtype",
    "title": """title certification certificate credential training course certificationname coursename exam
        zertifikat zertifizierung schulung""",
    "obtained_on": """obtainedon obtained issuedon issued issuedate earnedon completedon completed date validfrom
        erworben""",
    "expires_on": """expireson expires expiry expirydate expirationdate expiration validuntil validto gueltigbis
        gultigbis""",
}
PARTNER_FIGURE_WORDS = {
    "partner": _PARTNER_WORDS,
    "period": METRIC_WORDS["period"],
    "territory": ACCOUNT_WORDS["territory"],
    "revenue": "revenue actual actualrevenue sales turnover umsatz bookings revenueactual ist",
    "target": "target revenuetarget goal quota plan ziel umsatzziel soll budget",
    "satisfaction": PARTNER_WORDS["satisfaction"],
}
WORDS_BY_KIND = {
    kind: {
        field: {word: rank for rank, word in enumerate(f"{words} {CHINESE_WORDS.get(kind, {}).get(field, '')}".split())}
        for field, words in table.items()
    }
    for kind, table in (
        ("accounts", ACCOUNT_WORDS),
        ("reps", REP_WORDS),
        ("alignment", ALIGNMENT_WORDS),
        ("assignment", ASSIGNMENT_WORDS),
        ("metrics", METRIC_WORDS),
        ("deals", DEAL_WORDS),
        ("partners", PARTNER_WORDS),
        ("credentials", CREDENTIAL_WORDS),
        ("partner_figures", PARTNER_FIGURE_WORDS),
    )
}

# An address group before the word: "Billing Zip/Postal Code", "Address 1: City", "Liefer-PLZ". Order = preference.
GROUPS = (
    "shipping", "delivery", "liefer", "lieferadresse", "lieferanschrift", "billing", "invoice", "rechnungs",
    "rechnungsadresse", "mailing", "address1", "address 1", "primary", "main", "haupt", "hauptadresse", "company",
    "account", "customer", "client", "business", "office", "firmen", "kunden", "kunde", "store", "site", "hq",
    "headquarters", "home", "heimat", "wohn", "wohnort", "privat", "rep", "salesrep", "geo", "geolocation",
    "location", "standort", "physical", "visit", "postal", "address", "adresse", "gps", "address2", "address 2",
    "other",
)  # fmt: skip

# Words in a header of numbers that are summed, and of numbers that only name something.
SUM_WORDS = (
    _words("""
        revenue sales turnover umsatz erloes erlos potential potenzial profit gewinn margin marge db
        deckungsbeitrag amount betrag wert value worth volume volumen menge quantity qty units stueck stuck
        pieces orders order auftraege auftrage employees mitarbeiter mitarbeiterzahl headcount population
        einwohner households haushalte count anzahl number total sum summe spend budget forecast pipeline arr mrr
        income einkommen cost kosten price preis hours stunden visits besuche calls patients beds betten students
        schueler seats licenses licences lizenzen devices machines size groesse score opportunities leads
        prospects contracts vertraege installed""")
    | CHINESE_SUMS
)
NAMING_WORDS = (
    _words("""
        id ids nr no num nummer code codes key schluessel schlussel phone telephone tel telefon mobile mobil
        handy fax zip plz postal postcode year jahr month monat day tag date datum time zeit created modified
        updated geaendert angelegt sic naics nace vat ust ustid duns iban bic account konto index row zeile line
        fips ags geoid uuid guid hash url link email mail web website latitude longitude lat lon lng number
        x y easting northing rechtswert hochwert""")
    | CHINESE_NAMES
)
CLASS_WORDS = (
    _words("""
        tier class klasse segment priority prioritaet prioritat prio rating rank rang cluster category kategorie
        grade group gruppe type typ status stage level stufe abc""")
    | CHINESE_CLASSES
)
_BESIDE_TOTAL = _words("grand record records row rows count all alle of")
TOTAL_WORDS = (
    _words("""
        total totals grandtotal grandtotals subtotal sum summe gesamt gesamtsumme gesamtergebnis insgesamt
        zwischensumme endsumme totale""")
    | CHINESE_TOTALS
)

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_HAN = "\u3400-\u9fff"
_NOT_WORD = re.compile(rf"[^a-z0-9{_HAN}]+")
_NOT_KEPT = re.compile(rf"[^\x00-\x7f{_HAN}]+")


@lru_cache(maxsize=4096)
def header_tokens(header: str) -> tuple[str, ...]:
    """Return the words of a header, small, accents folded: "ShippingPostalCode" -> ("shipping", "postal", "code")."""
    text = header.strip()
    text = re.sub(r"__p?c$", "", text)  # Salesforce custom fields
    if not (text.isupper() or text.islower()):
        text = _CAMEL.sub(" ", text)
    text = _NOT_KEPT.sub("", unicodedata.normalize("NFKD", text.replace("ß", "ss"))).casefold()
    return tuple(_NOT_WORD.sub(" ", text).split())


class HeaderMatch(NamedTuple):
    """What a header can mean. ``group``: the address it belongs to, "" = none; ``rank``: 0 = its plainest word."""

    field: str
    group: str
    rank: int


def match_header(header: str, kind: str) -> list[HeaderMatch]:
    """Return all meanings of a header, the reading with the fewest words left off first."""
    tokens = header_tokens(header)
    found: list[HeaderMatch] = []
    for n_off in range(min(3, len(tokens))):
        group, word = " ".join(tokens[:n_off]), "".join(tokens[n_off:])
        if n_off and group not in GROUPS:
            continue
        found += [
            HeaderMatch(field, group, words[word]) for field, words in WORDS_BY_KIND[kind].items() if word in words
        ]
    return found


def is_total(text: str) -> bool:
    """Return True for what stands first in the sums under a report: "Total", "Grand Totals (12 records)", "Summe"."""
    words = {token for token in header_tokens(text) if token.isalpha()} if len(text) < 60 else set()
    return bool(words & TOTAL_WORDS) and words <= TOTAL_WORDS | _BESIDE_TOTAL


def is_known_header(text: str) -> bool:
    """Return True where a cell reads like a column header of any kind."""
    if not text or len(text) > 60:
        return False
    if any(match_header(text, kind) for kind in WORDS_BY_KIND):
        return True
    return bool(SUM_WORDS.intersection(header_tokens(text)))
