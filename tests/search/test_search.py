"""The search: what is found, by whom, and that the index always says what the things say."""

from __future__ import annotations

from typing import Any

import pytest
from flask import current_app
from sqlalchemy import func, select, text

from app.blueprints.approvals.models import Approval
from app.core import features, search
from app.core.folding import Query
from app.core.search import SearchEntry
from app.extensions import db
from tests.builders import (
    a_client,
    a_contributor,
    a_manager,
    a_member,
    a_project,
    a_viewer,
    an_approver,
    an_owner,
)
from tests.files.builders import a_file, a_version, newest
from tests.projects.builders import a_note, an_update
from tests.search.builders import many_files, plan_of

pytestmark = pytest.mark.usefixtures("agency")


def found(reader: Any, typed: str) -> dict[str, list[str]]:
    """What somebody finds: the titles of each kind."""
    with current_app.test_request_context():
        best = search.best(reader, Query.of(typed))
    return {each.searched.kind: [hit.title.striptags() for hit in each.hits] for each in best}


@pytest.mark.parametrize("typed", ["Kürbis", "kurbis", "KUERBIS", "kür", "kuerbiskern a2"])
@pytest.mark.parametrize("name", ["Kürbiskernbrot_A2.png", "Kuerbiskernbrot_A2.png"])
def test_files_are_found_however_umlauts_are_typed(typed: str, name: str) -> None:
    jana = a_manager()
    a_file(a_project(a_client()), jana, name)
    assert found(jana, typed) == {"file": [name]}


def test_every_kind_of_thing_is_found() -> None:
    client, jana = a_client("Sonnenschein"), a_manager()
    project = a_project(client, "Sonnenschirme")
    file = a_file(project, jana, "Sonnenblume.png")
    an_update(project, jana, "Sonntags offen")
    title = "Sonnenblume freigeben"
    Approval.ask(project, [newest(file)], [an_approver(client)], jana, title=title)
    db.session.commit()
    assert found(jana, "sonn") == {
        "client": ["Sonnenschein"],
        "project": ["Sonnenschirme"],
        "update": ["Sonntags offen"],
        "file": ["Sonnenblume.png"],
        "approval": ["Sonnenblume freigeben"],
    }


def test_all_words_must_be_there_and_titles_come_first() -> None:
    jana = a_manager()
    project = a_project(a_client())
    in_title = a_file(project, jana, "Plakat.png")
    in_note = a_file(project, jana, "Anzeige.png")
    a_version(in_note, jana, note="Schrift wie auf dem Plakat, nur kleiner")
    assert found(jana, "plakat")["file"] == [in_title.name, in_note.name]
    assert found(jana, "anzeige plakat")["file"] == [in_note.name]
    assert found(jana, "anzeige handzettel") == {}


def test_numbers_and_sizes_are_found_by_their_beginning() -> None:
    jana = a_manager()
    a_file(a_project(a_client()), jana, "Instagram_1080x1350_12e5.png")
    for typed in ("1080", "1080x", "1080x1350", "12e", "12e5"):
        assert "file" in found(jana, typed), typed


@pytest.mark.parametrize(
    "typed", ["'", '"', "a'b OR", "NOT (x", "kind:file", "%_\\", "&|!", "* *", "\ud800x"]
)
def test_signs_mean_nothing(typed: str) -> None:
    assert found(a_manager(), typed) == {}


def test_clients_find_what_is_shared_with_them_and_nothing_else() -> None:
    client, jana = a_client("Bäckerei Sonnenschein"), a_manager()
    project = a_project(client, "Herbst")
    a_file(project, jana, "Herbst intern.png")
    shared = a_file(project, jana, "Herbst geteilt.png", shared=True)
    a_note(project, jana, "Herbst wird knapp")
    client.note = "Herbst: zahlt spät"
    db.session.commit()
    for reader in (an_approver(client), a_contributor(client), a_viewer(client)):
        assert found(reader, "herbst") == {"project": ["Herbst"], "file": [shared.name]}
        assert found(reader, "sonnenschein") == {}
    staff = found(jana, "herbst")
    assert sorted(staff["file"]) == ["Herbst geteilt.png", "Herbst intern.png"]
    assert "client" not in staff


def test_other_clients_and_members_of_other_projects_find_nothing() -> None:
    client, jana = a_client(), a_manager()
    project = a_project(client, "Herbst")
    a_file(project, jana, "Herbst.png", shared=True)
    an_update(project, jana, "Herbst beginnt")
    db.session.commit()
    other = a_client("Holm")
    a_project(other, "Frühling")
    assert found(an_approver(other), "herbst") == {}
    assert found(a_member("Away"), "herbst") == {}
    assert set(found(a_member("Tom", project), "herbst")) == {"project", "update", "file"}
    assert set(found(an_owner(), "herbst")) == {"project", "update", "file"}


def test_hidden_sections_are_not_found_by_the_client() -> None:
    client, jana = a_client(), a_manager()
    project = a_project(client, "Herbst")
    file = a_file(project, jana, "Herbst.png", shared=True)
    an_update(project, jana, "Herbst beginnt")
    annette = an_approver(client)
    Approval.ask(project, [newest(file)], [annette], jana, title="Herbst so?")
    db.session.commit()
    assert set(found(annette, "herbst")) == {"project", "update", "file", "approval"}
    for section, kind in (("updates", "update"), ("files", "file"), ("approvals", "approval")):
        project.show(section, False)
        db.session.commit()
        assert kind not in found(annette, "herbst")
        assert kind in found(jana, "herbst")


def test_what_is_switched_off_is_not_found_and_comes_back() -> None:
    jana = a_manager()
    a_file(a_project(a_client(), "Herbst"), jana, "Herbst.png")
    features.switch("files", False)
    assert set(found(jana, "herbst")) == {"project"}
    features.switch("files", True)
    assert set(found(jana, "herbst")) == {"project", "file"}


def test_a_file_that_is_taken_back_is_not_found_any_more() -> None:
    client, jana = a_client(), a_manager()
    file = a_file(a_project(client), jana, "Herbst.png", shared=True)
    annette = an_approver(client)
    assert "file" in found(annette, "herbst.png")
    file.unshare()
    db.session.commit()
    assert found(annette, "herbst.png") == {}


def test_the_index_follows_changes_and_removals_in_the_same_transaction() -> None:
    jana = a_manager()
    project = a_project(a_client(), "Herbst")
    project.name = "Winter"
    db.session.flush()
    assert found(jana, "herbst") == {}
    assert found(jana, "winter") == {"project": ["Winter"]}
    db.session.commit()
    project.name = "Frühling"
    db.session.flush()
    db.session.rollback()
    assert found(jana, "winter") == {"project": ["Winter"]}
    update = an_update(project, jana, "Geht gleich weg")
    assert "update" in found(jana, "gleich weg")
    db.session.delete(update)
    db.session.flush()
    assert found(jana, "gleich weg") == {}
    assert db.session.scalar(entries("update")) == 0


def test_a_rebuilt_index_finds_the_same(app: Any) -> None:
    jana = a_manager()
    project = a_project(a_client(), "Herbst")
    file = a_file(project, jana, "Herbst.png")
    a_version(file, jana, note="Herbstlicher")
    an_update(project, jana, "Herbst beginnt")
    db.session.commit()
    before = found(jana, "herbst")
    features.switch("files", False)
    db.session.commit()
    answer = app.test_cli_runner().invoke(args=["search", "rebuild"])
    assert "The search knows 4 things." in answer.output
    features.switch("files", True)
    assert found(jana, "herbst") == before


def test_every_hit_of_a_kind_is_on_one_page_and_one_only() -> None:
    jana = a_manager()
    project = a_project(a_client())
    names = [a_file(project, jana, f"Plakat {number}.png").name for number in range(7)]
    searched = next(each for each in search.kinds() if each.kind == "file")
    seen, cursor = [], None
    for _page in range(4):
        with current_app.test_request_context():
            page = search.all_of(searched, jana, Query.of("plakat"), cursor, 2)
        seen += [hit.title.striptags() for hit in page.hits]
        cursor = page.next
    assert cursor is None
    assert seen == names[::-1]


def test_a_search_costs_the_same_however_much_is_found(count_queries: Any) -> None:
    jana = a_manager()
    project = a_project(a_client(), "Plakate")
    a_file(project, jana, "Plakat.png")
    db.session.commit()
    found(jana, "plakat")
    db.session.commit()
    with count_queries() as few:
        found(jana, "plakat")
    for number in range(6):
        a_file(project, jana, f"Plakat {number}.png")
    with count_queries() as many:
        found(jana, "plakat")
    assert len(few) == len(many)


def test_the_index_is_used(kind: str) -> None:
    jana = a_manager()
    project = a_project(a_client())
    many_files(project, jana, 2000)
    if kind == "postgresql":  # It may find 2,000 rows as fast without; can it use the index at all?
        db.session.execute(text("SET LOCAL enable_seqscan = off"))
    searched = next(each for each in search.kinds() if each.kind == "file")
    plan = plan_of(search.best_of(searched, jana, Query.of("plakat 77")))
    assert ("VIRTUAL TABLE INDEX" if kind == "sqlite" else "ix_search_entries_vector") in plan
    assert "SCAN search_entries" not in plan and "Seq Scan on search_entries" not in plan


def entries(kind: str) -> Any:
    return select(func.count()).select_from(SearchEntry).where(SearchEntry.kind == kind)
