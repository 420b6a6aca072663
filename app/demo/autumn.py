"""The autumn campaign of the bakery: what a client meets first in the demo."""

from __future__ import annotations

from app.blueprints.files.requests.models import Need
from app.demo.briefed import BriefedWork
from app.demo.story import Story
from app.demo.talk import Talk
from app.demo.work import Work

POSTER, POSTER_FILE = "Plakat „Kürbiskernbrot“", "Plakat_Kürbiskernbrot_A2.png"
ADVERT, ADVERT_FILE = "Anzeige „Lübecker Nachrichten“", "Anzeige_LN_185x120.png"
LEAFLET, LEAFLET_FILE = "Handzettel", "Handzettel_DINlang.png"
SQUARE, SQUARE_FILE = "Instagram-Bild zum Start", "Instagram_Herbst_1080x1350.png"
VECTORS, HOURS, PHOTOS = (
    "Logo als Vektordatei",
    "Öffnungszeiten der Filialen",
    "Drei Fotos aus der Backstube",
)


def write(story: Story) -> None:
    """Write down how the campaign went so far."""
    name = f"Herbstkampagne {story.now.year}"
    work = BriefedWork(story, "sonnenschein", name, "jana", "tom")
    work.starts(
        30, "09:00", "Vier Brote für den Herbst: Plakat, Anzeige, Handzettel und Instagram.", 7
    )
    work.plans(30, "09:10", "Konzept abgenommen", -20)
    work.plans(30, "09:11", "Druckdaten an die Druckerei", 2)
    work.plans(30, "09:12", "Plakate in den Filialen", 7)
    work.stands(28, "10:00", "jana", 2, "Wir suchen das Bild, das hängen bleibt.", "on_course")
    work.reaches(20, "16:00", "Konzept abgenommen")
    work.tells(
        20,
        "16:10",
        "jana",
        "Das Konzept steht",
        "„Außen Kruste, innen Herbst.“ Damit gehen wir in die Gestaltung. Tom beginnt mit dem Plakat.",
    )
    work.stands(19, "09:00", "jana", 3, "Das Plakat entsteht.", "on_course")
    work.notes(
        12,
        "17:45",
        "jana",
        "Druckhaus Trave ist reserviert. Spätester Termin für die Daten: 12 Uhr.",
    )
    work.tells(
        4,
        "11:30",
        "tom",
        "Handzettel in der Korrektur",
        "Ihre Anmerkungen zum Handzettel sind angekommen, danke! Ich tausche das Foto und kürze den Text "
        "auf drei Absätze. Die neue Version kommt bis Ende der Woche.",
    )
    work.tells(
        0,
        "40",
        "jana",
        "Plakat fertig, Druckerei gebucht",
        "Guten Tag zusammen, Version 3 des Plakats ist da. Die Überschrift läuft jetzt über die volle "
        "Breite, das Sonnenlogo steht unten rechts, wie besprochen.\n\nWie es weitergeht:\n\n"
        "- Jetzt: Ihre Freigabe für das Plakat\n"
        f"- {story.spoken(2)}: Druckdaten an Druckhaus Trave, 40 Stück in A2\n"
        f"- {story.spoken(6)}: Lieferung in die Backstube",
        picture=(
            "website.png",
            "Herbst_auf_der_Website.png",
            "Nebenbei: So könnte das Motiv auf der neuen Website weiterleben.",
        ),
        file=POSTER_FILE,
    )
    work.stands(
        0,
        "38",
        "jana",
        3,
        f"Das Plakat liegt zur Freigabe bei Ihnen. Kommt Ihr Ja rechtzeitig, geht es am {story.spoken(2)} "
        "in den Druck und hängt pünktlich in allen vier Filialen.",
        "on_course",
    )
    _material(work)
    _files(work)


def _material(work: BriefedWork) -> None:
    work.needs(
        17,
        "10:20",
        "jana",
        "Material für Plakat und Anzeige",
        "Mit echten Bildern aus Ihrer Backstube sieht die Kampagne nach Ihnen aus, nicht nach Katalog.",
        work.story.due(3),
        Need(VECTORS, "SVG, EPS oder PDF"),
        Need(HOURS, "Alle vier, auch an Feiertagen"),
        Need(PHOTOS, "Querformat, gern vom Telefon"),
    )
    work.brings(15, "19:12", "annette", VECTORS, "Logo_Sonnenschein_2024.svg", "logo.svg")
    work.ticks_off(14, "09:05", "jana", VECTORS)
    work.brings(9, "08:40", "murat", HOURS, "Öffnungszeiten_Filialen.pdf", "oeffnungszeiten.pdf")
    work.ticks_off(9, "11:20", "jana", HOURS)


def _files(work: Work) -> None:
    story = work.story
    work.sorts(24, "11:00", "jana", "Konzept")
    work.gives(24, "11:05", "jana", "Bildwelt_Herbst.png", "instagram.png", into="Konzept")
    work.gives(18, "14:00", "tom", POSTER_FILE, "plakat-v1.png")
    work.asks(
        18,
        "14:10",
        "jana",
        POSTER,
        POSTER_FILE,
        "Der erste Entwurf. Trifft er den Herbst?",
        story.due(-14),
        rounds=3,
    )
    work.decides(
        16,
        "20:05",
        "annette",
        POSTER,
        "Zu hell für den Herbst. Und die Schrift kann man von der anderen Straßenseite nicht lesen.",
    )
    work.renews(
        10,
        "13:00",
        "tom",
        POSTER_FILE,
        "plakat-v2.png",
        "Jetzt mit warmen Farben und Preis. Kommt das hin?",
        story.due(-6),
    )
    work.decides(
        7,
        "19:40",
        "annette",
        POSTER,
        "Viel besser! Die Überschrift bitte noch größer, und das Logo nach unten rechts.",
    )
    work.gives(9, "10:30", "tom", LEAFLET_FILE, "handzettel.png")
    work.asks(
        9,
        "10:40",
        "tom",
        LEAFLET,
        LEAFLET_FILE,
        "Vier Brote, ein Blatt. Passt das so?",
        story.due(-4),
    )
    work.gives(8, "09:30", "tom", SQUARE_FILE, "instagram.png")
    work.asks(
        8, "09:45", "jana", SQUARE, SQUARE_FILE, "Für den ersten Tag der Aktion.", story.due(-3)
    )
    work.decides(5, "15:31", "annette", SQUARE)
    work.decides(
        5,
        "15:36",
        "annette",
        LEAFLET,
        "Bitte das Foto tauschen, das ist unser altes Roggenbrot. Und der Text ist zu lang.",
    )
    work.gives(1, "16:30", "tom", ADVERT_FILE, "anzeige.png")
    work.asks(
        1,
        "16:40",
        "tom",
        ADVERT,
        ADVERT_FILE,
        "Anzeigenschluss ist einen Tag nach der Frist. Bitte auch auf den Preis schauen.",
        story.due(3, 12),
    )
    work.renews(
        0,
        "55",
        "tom",
        POSTER_FILE,
        "plakat-v3.png",
        "Die Schrift ist größer, das Logo steht jetzt unten rechts. Passt das so für den Druck?",
        story.due(0),
    )
    work.sorts(0, "50", "tom", "Druckdaten")
    work.gives(
        0, "49", "tom", "Plakat_A2_Beschnitt.png", "plakat-v3.png", shared=False, into="Druckdaten"
    )
    _poster_comments(work)


def _poster_comments(work: Work) -> None:
    """What was said about the poster: all about versions 1 and 2 is done, of version 3 one thing is open."""
    talk = Talk(work, POSTER)
    larger = "Bitte größer, das muss man von der anderen Straßenseite lesen können."
    price = "Gilt der Preis auch in der Filiale am Bahnhof? Dort sind es sonst 5,20 €."
    sure = "Gute Frage. Wenn nicht, ändern wir die Zeile vor dem Druck."
    talk.ticks_off(10, "13:10", "tom", "Zu hell für den Herbst.")
    talk.says(8, "18:20", "murat", larger)
    talk.says(7, "09:05", "tom", "Ja, in Version 3 über die volle Breite.", answers=larger)
    talk.ticks_off(0, "54", "tom", larger)
    talk.ticks_off(0, "53", "tom", "Viel besser!")
    talk.says(0, "30", "murat", price)
    talk.says(0, "17", "jana", sure, answers=price)
    talk.says(0, "4", "annette", "Die Sonne ist wunderschön geworden!", sends=False)
