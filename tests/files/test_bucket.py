# ruff: noqa: F401  The tests are imported to be run.
"""With the files in a bucket, uploads, downloads and ZIPs do what they do with a folder: the same tests."""

from __future__ import annotations

import pytest

from tests.files.test_archive import (
    contents,
    test_all_files_come_in_their_newest_versions,
    test_each_file_is_in_the_log_and_a_look_at_the_headers_is_not,
)
from tests.files.test_housekeeping import test_bytes_that_no_row_knows_go_after_a_week
from tests.files.test_namesakes import (
    test_what_is_not_wanted_or_not_chosen_in_time_goes,
    test_without_scripts_the_file_is_kept_until_its_person_has_chosen,
)
from tests.files.test_restoring import test_a_restored_version_is_a_new_one_with_the_old_bytes
from tests.files.test_routes import (
    test_a_download_is_what_was_uploaded_byte_for_byte,
    test_bytes_stay_when_the_commit_worked_and_only_its_answer_was_lost,
    test_bytes_without_a_row_do_not_stay,
)
from tests.files.test_tus import (
    test_a_cancelled_transfer_leaves_nothing,
    test_a_file_comes_in_pieces_and_is_a_file_then,
    test_a_file_that_is_not_what_was_announced_never_becomes_one,
    test_a_finish_that_was_killed_halfway_is_done_again,
    test_a_transfer_that_waited_for_too_long_is_gone,
    test_finishing_twice_gives_the_same_version,
    test_two_pieces_at_once_do_not_mix,
)

pytestmark = [pytest.mark.only("sqlite"), pytest.mark.usefixtures("bucket", "agency")]
