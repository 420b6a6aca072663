"""Werft Holm: a brochure that is finished, and a trade fair that gets tight."""

from __future__ import annotations

from app.demo.questions import Questions
from app.demo.story import Story
from app.demo.work import Work


def write(story: Story) -> None:
    """Write down what happened for the yard."""
    _brochure(story)
    _fair(story)


def _brochure(story: Story) -> None:
    work = Work(story, "holm", "Broschüre Refit", "jana", "tom")
    title, file = "Broschüre, Titelseite", "Broschüre_Refit_Titel.png"
    work.starts(240, "09:00", "Acht Seiten für Eigner: was ein Refit bei Holm bedeutet.", -178)
    work.plans(240, "09:10", "Titelseite freigegeben", -215)
    work.plans(240, "09:11", "Lieferung auf die Werft", -182)
    work.stands(230, "10:00", "jana", 3, "Titel und Satzspiegel entstehen.", "on_course")
    work.gives(222, "14:00", "tom", file, "broschuere.png")
    work.asks(
        222,
        "14:15",
        "jana",
        title,
        file,
        "Ein Boot, ein Satz. Mehr braucht der Titel nicht.",
        story.due(-216),
    )
    work.decides(217, "07:05", "hauke", title)
    work.reaches(217, "09:00", "Titelseite freigegeben")
    work.stands(200, "09:00", "jana", 4, "Die Broschüre ist im Druck.", "on_course")
    work.reaches(180, "11:00", "Lieferung auf die Werft")
    work.stands(179, "09:00", "jana", 5, "2.000 Stück liegen auf der Werft.", "on_course")
    work.ends(178, "15:00")


def _fair(story: Story) -> None:
    work = Work(story, "holm", "Messe SMM", "jana", "tom", "ole")
    title, file = "Messestand, Entwurf", "Messestand_Entwurf.jpg"
    work.starts(26, "10:00", "Stand, Wände und Einladung für die Messe in Hamburg.", 35)
    work.plans(26, "10:10", "Standbau bestellt", 4)
    work.plans(26, "10:11", "Einladungen verschickt", 15)
    work.stands(24, "09:00", "jana", 2, "Wir zeichnen den Stand.", "on_course")
    work.gives(11, "13:30", "tom", file, "messestand.jpg")
    work.asks(
        11,
        "13:45",
        "jana",
        title,
        file,
        "Der Tresen steht mittig, die Wand trägt den Namen.",
        story.due(-5),
    )
    work.decides(4, "06:50", "hauke", title)
    _invitation(work)
    work.notes(
        4, "09:20", "tom", "Der Standbauer hat Lieferzeit. Montag anrufen und Platz sichern."
    )
    work.tells(
        3,
        "10:00",
        "jana",
        "Der Stand ist freigegeben",
        "Danke, Herr Holm. Der Standbauer braucht das Aufmaß der Halle; sobald es da ist, bestellen wir.",
        file=file,
    )
    work.stands(
        3,
        "10:10",
        "jana",
        3,
        f"Das Aufmaß der Halle fehlt noch. Bis {story.spoken(4)} muss der Standbau bestellt sein.",
        "at_risk",
    )


def _invitation(work: Work) -> None:
    """One of the two at the yard has said yes, the other comes after that."""
    title, file = "Einladung zur Messe", "Einladungskarte_SMM.png"
    asking = Questions(work)
    work.gives(3, "15:10", "tom", file, "broschuere.png")
    asking.asks_in_order(
        3,
        "15:20",
        "jana",
        title,
        file,
        "Vorderseite der Karte. Zuerst bitte Herr Holm, dann Frau Holm wegen der Adressen.",
        work.story.due(5),
        "hauke",
        "silke",
    )
    work.decides(2, "07:15", "hauke", title)
