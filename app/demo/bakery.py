"""Bäckerei Sonnenschein: two finished projects, and a website that waits for texts."""

from __future__ import annotations

from datetime import date

from app.demo.questions import Questions
from app.demo.story import Story
from app.demo.work import Work


def write(story: Story) -> None:
    """Write down what happened for the bakery."""
    _menu(story)
    _christmas(story)
    _website(story)


def _menu(story: Story) -> None:
    work = Work(story, "sonnenschein", "Speisekarte Café", "jana", "tom")
    title, file = "Speisekarte", "Speisekarte_Café_Förde.png"
    work.starts(385, "09:30", "Neue Karte für das Café Förde, innen wie außen.", -330)
    work.plans(385, "09:40", "Karten im Café", -332)
    work.stands(380, "10:00", "jana", 2, "Wir sammeln Gerichte und Preise.", "on_course")
    work.tells(
        372,
        "11:15",
        "jana",
        "Erster Entwurf in Arbeit",
        "Danke für die Liste der Gerichte. Tom setzt daraus die erste Karte.",
    )
    work.gives(362, "14:00", "tom", file, "karte.png")
    work.asks(362, "14:20", "jana", title, file, "Stimmen Gerichte und Preise?", story.due(-355))
    work.decides(357, "15:31", "annette", title)
    work.stands(350, "09:00", "jana", 4, "Die Karten sind im Druck.", "on_course")
    work.reaches(333, "08:45", "Karten im Café")
    work.stands(331, "09:00", "jana", 5, "Alle Karten liegen im Café.", "on_course")
    work.ends(330, "16:00")


def _christmas(story: Story) -> None:
    year = story.now.year - 1
    start = story.since(date(year, 9, 22))
    work = Work(story, "sonnenschein", f"Weihnachtsaktion {year}", "jana", "tom")
    title, file = "Motiv „Stollenzeit“", "Stollenzeit_Social.png"
    work.starts(start, "10:00", "Ein Motiv für Schaufenster, Zeitung und Instagram.", 40 - start)
    work.plans(start, "10:10", "Motiv steht", 15 - start)
    work.plans(start, "10:11", "Start der Aktion", 36 - start)
    work.stands(start - 2, "09:00", "jana", 3, "Das Motiv entsteht.", "on_course")
    work.gives(start - 9, "16:05", "tom", file, "stollen.png")
    work.asks(
        start - 9,
        "16:20",
        "tom",
        title,
        file,
        "So könnte es in allen vier Schaufenstern hängen.",
        story.due(14 - start),
    )
    work.decides(start - 11, "08:12", "annette", title)
    work.reaches(start - 11, "09:00", "Motiv steht")
    work.tells(
        start - 34,
        "10:00",
        "jana",
        "Es kann losgehen",
        "Alles ist gedruckt und geliefert. Wir wünschen gute Geschäfte!",
    )
    work.reaches(start - 36, "08:00", "Start der Aktion")
    work.stands(
        start - 38, "09:00", "jana", 5, "Die Aktion läuft, unsere Arbeit ist getan.", "on_course"
    )
    work.ends(start - 40, "15:00")


def _website(story: Story) -> None:
    work = Work(story, "sonnenschein", "Neue Website", "jana", "tom")
    work.starts(
        48,
        "10:00",
        "Brote, Filialen, Vorbestellung: eine Website, die auch auf dem Telefon Appetit macht.",
        60,
    )
    work.plans(48, "10:05", "Klickdummy", 6)
    work.plans(48, "10:06", "Start der Website", 60)
    work.stands(40, "09:00", "jana", 2, "Wir ordnen die Inhalte.", "on_course")
    work.sorts(22, "11:00", "murat", "Inhalte für die Seiten")
    work.gives(
        22,
        "11:05",
        "murat",
        "Öffnungszeiten_Filialen.pdf",
        "oeffnungszeiten.pdf",
        into="Inhalte für die Seiten",
    )
    work.gives(14, "17:20", "tom", "Farbstimmung_intern.png", "instagram.png", shared=False)
    work.notes(14, "17:30", "tom", "Die Farbstimmung zeigen wir erst mit dem Klickdummy zusammen.")
    work.links(
        12,
        "09:40",
        "murat",
        "Fotos der Filialen",
        "https://cloud.baeckerei-sonnenschein.example/s/filialen",
        "Alle vier Läden, innen und außen. Das Kennwort kennt Jana.",
    )
    work.links(
        7,
        "16:10",
        "tom",
        "Klickdummy",
        "https://www.figma.com/proto/nordlicht-sonnenschein/klickdummy",
        "Noch ohne Vorbestellung.",
        shared=False,
    )
    work.writes(
        6,
        "14:30",
        "jana",
        "Texte der Startseite",
        "## Brot, das nach Norden schmeckt\n\n"
        "Seit **1911** backen wir in Kiel: von Hand, mit Zeit und mit Mehl aus Holstein.\n\n"
        "- Jeden Tag ab sechs Uhr offen\n- Vier Filialen rund um die Förde\n"
        "- Vorbestellen bis 18 Uhr, abholen am nächsten Morgen",
    )
    work.gives(6, "15:00", "tom", "Startseite_Entwurf.png", "website.png")
    work.tells(
        6,
        "15:30",
        "jana",
        "Ein erster Blick auf die Startseite",
        "Unter *Dateien* liegt der Entwurf der Startseite. Noch keine Freigabe, nur ein Blick: "
        "**Stimmt die Richtung?**\n\nDamit es weitergeht, brauchen wir von Ihnen:\n\n"
        "- den Text „Über uns“\n- drei Sätze zu jeder Filiale",
    )
    work.stands(
        5,
        "09:10",
        "jana",
        2,
        f"Am {story.spoken(6)} zeigen wir Ihnen den Klickdummy. Dafür brauchen wir noch zwei Texte.",
        "waiting",
    )
    _pictures(work)


def _pictures(work: Work) -> None:
    """A package of which two parts are approved, and one still waits."""
    story, asking = work.story, Questions(work)
    pictures = {
        "Titelbild_Herbst.png": "instagram.png",
        "Titelbild_Stollen.png": "stollen.png",
        "Titelbild_Café.png": "karte.png",
    }
    for name, source in pictures.items():
        work.gives(8, "10:20", "tom", name, source)
    asking.packs(
        8,
        "10:30",
        "jana",
        "Titelbilder der Website",
        list(pictures),
        "Drei Bilder für den Kopf der Seite, je nach Jahreszeit. Bitte jedes für sich ansehen.",
        story.due(8),
    )
    first, second, _last = pictures
    work.decides(6, "18:50", "annette", first)
    work.decides(6, "18:52", "annette", second)
