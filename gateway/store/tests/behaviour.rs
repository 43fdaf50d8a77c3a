//! What the store must do, whichever database it is on: one set of tests, run on each.

pub(crate) mod adhesion;
pub(crate) mod adhesion_board;
pub(crate) mod adhesion_import;
pub(crate) mod adhesion_users;
pub(crate) mod case_index;
pub(crate) mod coverage;
pub(crate) mod enrolment;
pub(crate) mod exceptional;
pub(crate) mod fixtures;
pub(crate) mod idempotency;
pub(crate) mod journal_export;
pub(crate) mod journal_writer;
pub(crate) mod opening;
pub(crate) mod policies;
pub(crate) mod proposals;
pub(crate) mod quota;
pub(crate) mod registry;
pub(crate) mod staff;
pub(crate) mod traffic;
pub(crate) mod watched;

use store::Store;

/// Where a database for one test is made and unmade.
pub(crate) trait Place: Sized + Send + Sync + 'static {
    /// Makes an empty one.
    async fn make() -> Self;
    /// Its address.
    fn url(&self) -> String;
    /// Takes it away.
    async fn unmake(self);
}

/// Opens the database at `url` and brings its tables up.
pub(crate) async fn open(url: &str) -> Store {
    let store = Store::open(url).await.unwrap();
    store.migrate().await.unwrap();
    store
}

/// Runs every behaviour on databases made at `$place`.
macro_rules! suite {
    ($place:ty) => {
        $crate::behaviour::each!($place:
            opening::migrating_twice_is_migrating_once,
            opening::schema_says_what_is_missing,
            opening::a_later_program_was_here,
            registry::what_is_put_is_loaded,
            registry::every_change_raises_the_version,
            registry::a_key_has_exactly_one_organism,
            registry::a_key_may_move_after_removal,
            registry::unknown_organisms_are_named,
            registry::an_agreement_stays_with_its_organism,
            registry::concurrent_changes_are_all_counted,
            adhesion::a_file_is_opened_once,
            adhesion::a_file_becomes_an_agreement,
            adhesion::of_two_who_approve_at_once_one_succeeds,
            adhesion::refused_acts_are_evidence_and_nothing_else,
            adhesion::papers_are_kept_by_their_digest,
            adhesion_users::a_form_that_the_organism_sends_keeps_nobody_from_acting,
            adhesion_users::an_officer_of_an_older_name_can_be_given_a_last_day,
            adhesion::users_are_part_of_the_registry,
            adhesion::what_a_file_keeps_changes_by_its_acts_only,
            adhesion::one_agreement_of_an_organism_is_open_at_a_time,
            adhesion_import::an_import_opens_nothing_beside_a_file,
            adhesion_import::what_a_file_forbids_is_not_proposed,
            adhesion_import::what_an_import_opens_takes_two,
            adhesion::the_evidence_says_what_was_done,
            adhesion::what_was_entered_stays,
            adhesion_board::it_says_what_the_entries_amount_to,
            adhesion_board::what_was_listed_otherwise_is_made_anew,
            adhesion_board::agreements_without_a_file_are_told,
            adhesion_users::an_organism_tells_its_file,
            adhesion_users::a_stale_form_puts_nobody_back,
            adhesion_users::many_who_send_the_same_make_one_entry,
            adhesion_users::an_organism_without_a_file_has_its_form_all_the_same,
            case_index::what_is_put_is_found,
            case_index::a_version_never_goes_back,
            case_index::one_batch_may_name_a_case_twice,
            case_index::many_entries_at_once,
            case_index::cursors_are_kept_by_source,
            case_index::a_move_leaves_the_former_residence,
            case_index::stays_are_kept_until_told_otherwise,
            coverage::the_newest_list_of_each_kind_is_in_force,
            case_index::the_word_of_the_central_system_counts_unless_it_names_another,
            case_index::what_nobody_disputes_is_settled,
            case_index::who_left_is_known_whoever_told_it,
            case_index::each_case_is_counted_once_as_told_by_whose_word_counts,
            case_index::only_those_whose_word_counts_tell_of_a_move,
            idempotency::a_request_is_served_once,
            idempotency::a_read_may_be_served_again,
            idempotency::many_are_claimed_and_completed_as_one_is,
            idempotency::those_that_come_at_once_are_told_each_its_own,
            idempotency::other_content_is_a_conflict,
            idempotency::a_released_claim_is_free,
            idempotency::a_claim_left_behind_is_taken_over,
            idempotency::of_many_at_once_one_is_fresh,
            idempotency::old_requests_are_forgotten,
            staff::roles_are_of_the_person,
            staff::a_revoked_member_stays_revoked,
            staff::a_staff_key_has_one_holder,
            staff::an_identity_is_one_more_key_of_the_same_person,
            staff::an_attempt_to_sign_in_comes_back_once,
            traffic::each_entry_counts_once,
            traffic::an_entry_that_cannot_be_read_stops_nothing,
            traffic::days_long_over_are_forgotten,
            watched::a_watched_subject_stays_until_it_is_taken_off,
            watched::an_alarm_is_raised_once_for_an_exchange,
            enrolment::a_code_is_used_once,
            enrolment::a_code_that_is_not_good_changes_nothing,
            enrolment::of_many_at_once_one_uses_a_code,
            enrolment::a_key_of_another_leaves_the_code_unused,
            enrolment::codes_are_of_registered_organisms,
            enrolment::a_revoked_key_never_comes_back,
            enrolment::keys_are_known_by_the_key_that_obtained_them,
            enrolment::renewals_have_a_limit,
            enrolment::a_renewal_amid_a_revocation_is_found_by_the_next_look,
            policies::four_eyes_put_a_set_in_force,
            policies::a_founding_set_is_the_first_and_only_one,
            policies::of_two_sets_approved_at_once_one_is_in_force,
            policies::what_was_in_force_stays,
            policies::no_more_wait_than_may,
            proposals::nobody_approves_her_own,
            proposals::each_mark_is_told_once,
            exceptional::an_access_waits_for_its_review,
            exceptional::nobody_reviews_its_own_access,
            exceptional::pages_follow_each_other,
            exceptional::whoever_is_in_charge_finds_a_notice,
            quota::officer_and_organism_are_counted_apart,
            quota::a_person_counts_once_a_day,
            quota::what_is_taken_back_was_never_used,
            quota::of_many_at_once_no_more_than_the_quota_pass,
            quota::days_that_are_over_are_forgotten,
            journal_writer::entries_are_numbered_and_hashed,
            journal_writer::a_crowd_shares_few_commits,
            journal_writer::entries_that_come_together_share_commits,
            journal_writer::it_resumes_after_a_restart,
            journal_writer::nodes_have_journals_of_their_own,
            journal_writer::two_writers_of_one_node_never_fork_it,
            journal_writer::a_failing_database_is_named,
            journal_writer::it_recovers_from_a_failure,
            journal_writer::a_tree_that_contradicts_the_entries_is_refused,
            journal_writer::what_waits_is_written_before_the_end,
            journal_export::a_whole_journal_verifies,
            journal_export::a_checkpoint_is_stored_once_for_each_size,
            journal_export::a_signature_that_fails_is_named,
            journal_export::a_changed_row_is_found,
            journal_export::a_removed_row_is_found,
        );
    };
}

macro_rules! each {
    ($place:ty: $($module:ident::$test:ident),+ $(,)?) => {
        $(
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $test() {
                let place = <$place as $crate::behaviour::Place>::make().await;
                let url = $crate::behaviour::Place::url(&place);
                // In a task of its own, so that the database goes away even when the test fails.
                let outcome = tokio::spawn(async move { $crate::behaviour::$module::$test(&url).await }).await;
                $crate::behaviour::Place::unmake(place).await;
                outcome.unwrap();
            }
        )+
    };
}

pub(crate) use {each, suite};
