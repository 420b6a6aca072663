"""Zahnarztpraxis Dr. Feddersen: a logo that waits too long, and a client who became silent."""

from __future__ import annotations

from app.demo.questions import Questions
from app.demo.story import Story
from app.demo.work import Work

LOGO, LOGO_FILE = "Logo", "Logo_Feddersen.png"
SIGN, SIGN_FILE = "Praxisschild", "Praxisschild_Entwurf.png"


def write(story: Story) -> None:
    """Write down what happened for the practice."""
    work = Work(story, "feddersen", "Erscheinungsbild", "jana", "tom")
    work.starts(58, "09:00", "Logo, Schild und Briefpapier zum Umzug der Praxis.", 20)
    work.plans(58, "09:10", "Logo freigegeben", -2)
    work.plans(58, "09:11", "Schild montiert", 20)
    work.stands(50, "10:00", "jana", 2, "Wir zeichnen die ersten Zeichen.", "on_course")
    work.gives(46, "09:25", "kea", "Anfahrt_und_Öffnungszeiten.pdf", "oeffnungszeiten.pdf")
    work.gives(30, "15:00", "tom", LOGO_FILE, "logo-v1.png")
    work.asks(
        30, "15:10", "jana", LOGO, LOGO_FILE, "Ein Zahn im Kreis, ruhig und klar.", story.due(-24)
    )
    work.decides(
        24,
        "12:40",
        "inken",
        LOGO,
        "Wirkt auf mich wie eine App. Bitte weniger rund, gern etwas Laboe darin.",
    )
    work.tells(
        23,
        "09:30",
        "jana",
        "Zurück ans Zeichenbrett",
        "Verstanden: weniger rund, mehr Küste. Tom zeichnet den Leuchtturmbogen aus Ihrem Eingang.",
    )
    work.renews(
        6,
        "11:00",
        "tom",
        LOGO_FILE,
        "logo-v2.png",
        "Der Bogen kommt von Ihrem Eingang, die Schrift vom alten Praxisschild. Ist es das?",
        story.due(-2),
    )
    work.follows_up(5, 2, LOGO)
    work.notes(2, "16:30", "jana", "Zweimal angerufen, Frau Matthiesen richtet es aus.")
    work.reminds(1, "11:20", "jana", LOGO)
    work.stands(
        1,
        "09:00",
        "jana",
        3,
        "Das Logo wartet auf Ihre Freigabe. Ohne sie können wir das Schild nicht rechtzeitig bestellen.",
        "late",
    )
    _sign(work)


def _sign(work: Work) -> None:
    """What colleagues look at before the practice sees it: one has let it pass, one has still to look."""
    asking = Questions(work)
    work.gives(1, "14:30", "tom", SIGN_FILE, "logo-v2.png", shared=False)
    asking.asks_colleagues(
        1,
        "14:40",
        "tom",
        SIGN,
        SIGN_FILE,
        "So hängt das Schild neben dem Eingang, 60 auf 40 Zentimeter.",
        work.story.due(6),
        "ole",
        "jana",
    )
    asking.lets_pass(1, "16:05", "jana", SIGN)
