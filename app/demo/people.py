"""Who is who at the demo agency and at its clients. The addresses are of .example: no mail reaches anybody."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from app.blueprints.accounts.models import User
from app.blueprints.accounts.set_up import AFTER_SET_UP
from app.blueprints.clients.invitations import Invitation
from app.blueprints.clients.models import Client
from app.core.agency import Agency
from app.core.models import add
from app.demo.story import Story

STUDIO = "studio-nordlicht.example"
BAKERY = "baeckerei-sonnenschein.example"
OWNER = f"ole@{STUDIO}"
APPROVER = f"annette@{BAKERY}"
IMPRINT = (
    "Studio Nordlicht GmbH, Holtenauer Straße 82, 24105 Kiel. "
    "Geschäftsführer Ole Brandt, Amtsgericht Kiel HRB 21804."
)
HELP = (
    "Wir sind **montags bis freitags von 9 bis 17 Uhr** für Sie da. Eilt etwas, rufen Sie bitte an.\n\n"
    "- **Korrekturen** sammeln Sie am besten direkt an der Freigabe. So geht nichts verloren.\n"
    "- **Druckdaten** gehen erst nach Ihrer Freigabe raus, immer noch am selben Tag.\n"
    "- **Neue Aufträge** schicken Sie an [hallo@studio-nordlicht.example](mailto:hallo@studio-nordlicht.example)."
)


def write(story: Story) -> None:
    """Found the agency, win the clients, and invite everybody."""
    story.then(390, "08:00", lambda: _found(story))
    _invite_staff(story)
    _win(
        story,
        388,
        "sonnenschein",
        "Bäckerei Sonnenschein",
        "Bäckerei Sonnenschein GmbH",
        "#f5b52e",
        3,
    )
    _win(story, 250, "holm", "Werft Holm", "Werft Holm GmbH & Co. KG", "#0b2a6b", 2)
    _win(story, 62, "feddersen", "Zahnarztpraxis Dr. Feddersen", "", "#7fd6e8", 0)
    _invite_clients(story)


def visits(story: Story) -> None:
    """Say when everybody was last here, and when before that."""
    seen = {
        "ole": (2, 1),
        "jana": (0, 1),
        "tom": (0, 1),
        "annette": (2, 5),
        "murat": (1, 3),
        "hauke": (3, 9),
        "silke": (2, 4),
        "inken": (17, 24),
        "kea": (17, 21),
    }
    for key, (last, before) in seen.items():
        user = story.people[key]
        at = "130" if last == 0 else "16:20"
        user.seen_at, user.last_visit_at = story.moment(last, at), story.moment(before, "15:40")
        user.toured_at = user.created_at + timedelta(minutes=4)


def _found(story: Story) -> None:
    agency = Agency.set_up(
        "Studio Nordlicht",
        "de",
        "Europe/Berlin",
        is_demo=True,
        colour="#12806f",
        city="Kiel",
        phone="0431 55667-0",
        email=f"hallo@{STUDIO}",
        imprint=IMPRINT,
        help=HELP,
        imprint_url=f"https://{STUDIO}/impressum",
        privacy_url=f"https://{STUDIO}/datenschutz",
    )
    ole = User.join_agency("Ole Brandt", OWNER, "owner", "de", "Europe/Berlin")
    ole.phone, ole.title = "0431 55667-10", "Inhaber"
    story.people["ole"] = ole
    for also in AFTER_SET_UP:
        also(agency)
    story.noted("agency.began", agency, "ole", internal=True, name=agency.name)


def _invite_staff(story: Story) -> None:
    def joined(key: str, title: str, phone: str) -> None:
        story.people[key].title, story.people[key].phone = title, phone

    for key, name, role, title, phone in (
        ("jana", "Jana Petersen", "manager", "Projektleitung", "0431 55667-12"),
        ("tom", "Tom Lindner", "member", "Gestaltung", "0431 55667-14"),
    ):
        _invite(story, 390, "09:00", "ole", key, None, role, name, f"{key}@{STUDIO}")
        story.then(389, "10:30", lambda k=key, t=title, p=phone: joined(k, t, p))  # type: ignore[misc]


def _invite_clients(story: Story) -> None:
    bakery = {"by": "jana", "place": "sonnenschein"}
    _invite(
        story,
        387,
        "11:00",
        key="annette",
        role="approver",
        name="Annette Sonnenschein",
        email=APPROVER,
        salutation="Frau Sonnenschein",
        is_main=True,
        **bakery,
    )
    _invite(
        story,
        120,
        "14:10",
        key="murat",
        role="contributor",
        name="Murat Yıldız",
        email=f"murat@{BAKERY}",
        **{**bakery, "by": "annette"},
    )
    _invite(
        story,
        8,
        "10:15",
        key="",
        role="viewer",
        name="Birgit Hansen",
        email=f"buchhaltung@{BAKERY}",
        **bakery,
    )
    _invite(
        story,
        249,
        "09:30",
        by="jana",
        place="holm",
        key="hauke",
        role="approver",
        name="Hauke Holm",
        email="holm@werft-holm.example",
        salutation="Herr Holm",
        is_main=True,
    )
    _invite(
        story,
        230,
        "11:20",
        by="jana",
        place="holm",
        key="silke",
        role="approver",
        name="Silke Holm",
        email="s.holm@werft-holm.example",
        salutation="Frau Holm",
    )
    practice = {"by": "jana", "place": "feddersen"}
    _invite(
        story,
        61,
        "15:00",
        key="inken",
        role="approver",
        name="Dr. Inken Feddersen",
        email="feddersen@praxis-feddersen.example",
        salutation="Frau Dr. Feddersen",
        is_main=True,
        **practice,
    )
    _invite(
        story,
        61,
        "15:05",
        key="kea",
        role="contributor",
        name="Kea Matthiesen",
        email="empfang@praxis-feddersen.example",
        **practice,
    )


def _win(
    story: Story, ago: int, key: str, name: str, legal_name: str, colour: str, years: int
) -> None:
    def win() -> None:
        day = story.day(-ago)
        client = Client(name=name, legal_name=legal_name, colour=colour, language="de")
        client.since = date(day.year - years, day.month, 1)
        client.lead, client.note = story.people["jana"], NOTES[key]
        add(client)
        story.clients[key] = client
        story.noted("client.created", client, "jana", client=client, name=name)

    story.then(ago, "10:00", win)


def _invite(
    story: Story,
    ago: int,
    at: str,
    by: str,
    key: str,
    place: str | None,
    role: str,
    name: str,
    email: str,
    **more: Any,
) -> None:
    """Invite somebody, who comes the next day; without a key, they have not come yet."""
    made: list[Invitation] = []

    def invite() -> None:
        client, person = story.clients.get(place or ""), story.people[by]
        words: dict[str, Any] = {"name": name, "email": email, "language": "de"}
        if client:
            made.append(Invitation.to_client(client, role, person, **words, **more))
        else:
            made.append(Invitation.to_agency(role, person, **words))
        where = client.name if client else ""
        facts = {"client": client, "internal": client is None, "name": name, "role": role}
        story.noted("invitation.sent", made[0], by, place=where, **facts)

    def come() -> None:
        story.people[key], _is_new = made[0].accept()
        client = story.clients.get(place or "")
        where = client.name if client else ""
        facts = {"client": client, "internal": client is None, "name": name, "place": where}
        story.noted("invitation.accepted", story.people[key], key, **facts)

    story.then(ago, at, invite)
    if key:
        story.then(ago - 1, "10:05", come)


NOTES = {
    "sonnenschein": "Vormittags in der Backstube schlecht erreichbar, am besten ab 14 Uhr anrufen.",
    "holm": "Herr Holm ist viel auf See. Entscheidungen lieber eine Woche früher anfragen.",
    "feddersen": "Anrufe bitte über Frau Matthiesen am Empfang, mittwochs geschlossen.",
}
