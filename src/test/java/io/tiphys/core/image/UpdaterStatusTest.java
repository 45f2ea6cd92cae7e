package io.tiphys.core.image;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiphys.core.image.UpdaterStatus.Findings;
import io.tiphys.core.image.UpdaterStatus.Update;
import io.tiphys.core.model.Json;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class UpdaterStatusTest {

    private static final Instant NOW = Instant.parse("2026-01-31T12:00:00.5Z");
    private static final Instant LATER = NOW.plusSeconds(60);
    private static final Findings FINE = new Findings(Optional.empty(), 2, 3, List.of());
    private static final Findings PARTLY =
            new Findings(Optional.empty(), 2, 3, List.of("shop: no tag", "web: no such"));
    private static final Findings INVALID =
            new Findings(Optional.of("spec must be an object"), 0, 0, List.of());

    @Test
    void what_is_found_is_told_in_three_conditions() {
        var status = UpdaterStatus.found(Map.of(), 7, FINE, NOW);

        assertThat(status)
                .containsEntry("observedGeneration", 7)
                .containsEntry("applicationsMatched", 2)
                .containsEntry("imagesManaged", 3)
                .doesNotContainKey("lastUpdatedAt");
        assertThat(conditions(status))
                .containsExactly(
                        "Ready True ReconcileSucceeded 2026-01-31T12:00:00Z",
                        "Reconciling False Idle 2026-01-31T12:00:00Z",
                        "Error False NoErrors 2026-01-31T12:00:00Z");
    }

    @Test
    void a_mistake_is_told_and_what_can_be_followed_is_ready() {
        var status = UpdaterStatus.found(Map.of(), 7, PARTLY, NOW);

        assertThat(conditions(status))
                .contains(
                        "Ready True ReconcileCompletedWithErrors 2026-01-31T12:00:00Z",
                        "Error True PartialErrors 2026-01-31T12:00:00Z");
        assertThat(Json.array(status, "conditions").toString())
                .contains("shop: no tag\nweb: no such");
    }

    @Test
    void what_cannot_be_followed_is_not_ready() {
        var status = UpdaterStatus.found(Map.of(), 7, INVALID, NOW);

        assertThat(conditions(status))
                .contains(
                        "Ready False ReconcileFailed 2026-01-31T12:00:00Z",
                        "Error True ReconcileError 2026-01-31T12:00:00Z");
    }

    @Test
    void nothing_new_is_the_same_later_and_a_condition_has_the_time_of_its_change() {
        var first = UpdaterStatus.found(Map.of("lastCheckedAt", "x"), 7, FINE, NOW);

        assertThat(UpdaterStatus.found(first, 7, FINE, LATER)).isEqualTo(first);
        assertThat(UpdaterStatus.found(first, 8, FINE, LATER)).isNotEqualTo(first);
        assertThat(conditions(UpdaterStatus.found(first, 7, PARTLY, LATER)))
                .containsExactly(
                        "Ready True ReconcileCompletedWithErrors 2026-01-31T12:00:00Z",
                        "Reconciling False Idle 2026-01-31T12:00:00Z",
                        "Error True PartialErrors 2026-01-31T12:01:00Z");
    }

    @Test
    void what_could_not_be_written_is_told_until_it_is() {
        var fine = UpdaterStatus.found(Map.of(), 7, FINE, NOW);
        assertThat(UpdaterStatus.taken(fine, "shop web", LATER)).isEqualTo(fine);

        var one = UpdaterStatus.refused(fine, "shop web", "The key\nexpired", NOW);
        var two = UpdaterStatus.refused(one, "shop api", "It is protected", LATER);
        var same = UpdaterStatus.refused(two, "shop web", "The key is gone", LATER);

        assertThat(conditions(same)).contains("Written False WriteFailed 2026-01-31T12:00:00Z");
        assertThat(message(same)).isEqualTo("shop web: The key is gone\nshop api: It is protected");
        assertThat(UpdaterStatus.found(same, 7, FINE, LATER)).isEqualTo(same);

        var again = UpdaterStatus.taken(same, "shop web", LATER);
        assertThat(message(again)).isEqualTo("shop api: It is protected");
        assertThat(conditions(UpdaterStatus.taken(again, "shop api", LATER)))
                .contains("Written True WriteSucceeded 2026-01-31T12:01:00Z");
    }

    @Test
    void of_what_could_not_be_written_the_newest_stay() {
        var status = UpdaterStatus.found(Map.of(), 7, FINE, NOW);
        for (int i = 0; i < 30; i++) {
            status = UpdaterStatus.refused(status, "shop " + i, "x".repeat(2_000), NOW);
        }

        assertThat(message(status).lines()).hasSize(20);
        assertThat(message(status)).startsWith("shop 29: ").hasSizeLessThan(32_768);
    }

    private static String message(Map<String, Object> status) {
        return Json.string(Json.array(status, "conditions").getLast(), "message");
    }

    @Test
    void many_problems_are_counted_and_long_ones_cut() {
        var problems = Collections.nCopies(30, "x".repeat(2_000));

        var status =
                UpdaterStatus.found(
                        Map.of(), 1, new Findings(Optional.empty(), 1, 1, problems), NOW);

        var message = Json.string(Json.array(status, "conditions").getLast(), "message");
        assertThat(message).endsWith("\nand 10 more").hasSizeLessThan(32_768);
    }

    @Test
    void an_image_that_is_not_signed_is_told_until_it_is() {
        var found = UpdaterStatus.found(Map.of(), 7L, FINE, NOW);
        assertThat(UpdaterStatus.signed(found, "shop, web", Optional.empty(), NOW))
                .isEqualTo(found);

        var one = UpdaterStatus.signed(found, "shop, web", Optional.of("not\nsigned"), NOW);
        var two = UpdaterStatus.signed(one, "shop, db", Optional.of("by another key"), LATER);
        assertThat(conditions(two))
                .hasSize(4)
                .contains("ImagesSigned False NotSigned 2026-01-31T12:00:00Z");
        assertThat(Json.string(Json.array(two, "conditions").getLast(), "message"))
                .isEqualTo("shop, db: by another key\nshop, web: not signed");
        assertThat(UpdaterStatus.signed(two, "shop, db", Optional.of("by another key"), LATER))
                .isEqualTo(two);
        assertThat(UpdaterStatus.found(two, 7L, FINE, LATER)).isEqualTo(two);

        var half = UpdaterStatus.signed(two, "shop, db", Optional.empty(), LATER);
        var none = UpdaterStatus.signed(half, "shop, web", Optional.empty(), LATER);

        assertThat(Json.string(Json.array(half, "conditions").getLast(), "message"))
                .isEqualTo("shop, web: not signed");
        assertThat(conditions(none))
                .hasSize(4)
                .contains("ImagesSigned True Signed 2026-01-31T12:01:00Z");
    }

    @Test
    void what_was_not_signed_by_another_specification_is_forgotten() {
        var found = UpdaterStatus.found(Map.of(), 7L, FINE, NOW);
        var told = UpdaterStatus.signed(found, "shop, web", Optional.of("not signed"), NOW);

        assertThat(conditions(UpdaterStatus.found(told, 8L, FINE, LATER))).hasSize(3);
    }

    @Test
    void of_many_images_that_are_not_signed_the_newest_are_told() {
        var status = UpdaterStatus.found(Map.of(), 7L, FINE, NOW);
        for (int i = 0; i < 30; i++) {
            status = UpdaterStatus.signed(status, "shop, " + i, Optional.of("no"), NOW);
        }

        assertThat(Json.string(Json.array(status, "conditions").getLast(), "message").lines())
                .hasSize(20)
                .startsWith("shop, 29: no");
    }

    @Test
    void updates_of_one_tag_are_counted_and_the_newest_comes_first() {
        var web = new Update("web", "registry.local/web", "1.0", "1.1");
        var status = UpdaterStatus.updated(Map.of("imagesManaged", 1), web, NOW);
        status = UpdaterStatus.updated(status, new Update("db", "registry.local/db", "", "2"), NOW);
        status = UpdaterStatus.updated(status, web, LATER);

        assertThat(status)
                .containsEntry("imagesManaged", 1)
                .containsEntry("lastUpdatedAt", "2026-01-31T12:01:00Z");
        assertThat(Json.array(status, "recentUpdates"))
                .containsExactly(
                        Map.of(
                                "alias", "web",
                                "image", "registry.local/web",
                                "newVersion", "1.1",
                                "applicationsUpdated", 2,
                                "updatedAt", "2026-01-31T12:01:00Z",
                                "message", "Updated from 1.0 to 1.1."),
                        Map.of(
                                "alias", "db",
                                "image", "registry.local/db",
                                "newVersion", "2",
                                "applicationsUpdated", 1,
                                "updatedAt", "2026-01-31T12:00:00Z",
                                "message", "Updated to 2."));
    }

    @Test
    void old_updates_are_forgotten() {
        Map<String, Object> status = Map.of();
        for (int i = 0; i < 30; i++) {
            status = UpdaterStatus.updated(status, new Update("web", "w", "", "" + i), NOW);
        }

        assertThat(Json.array(status, "recentUpdates")).hasSize(20);
        assertThat(Json.string(Json.array(status, "recentUpdates").getFirst(), "newVersion"))
                .isEqualTo("29");
    }

    private static List<String> conditions(Map<String, Object> status) {
        return Json.array(status, "conditions").stream()
                .map(
                        it ->
                                String.join(
                                        " ",
                                        Json.string(it, "type"),
                                        Json.string(it, "status"),
                                        Json.string(it, "reason"),
                                        Json.string(it, "lastTransitionTime")))
                .toList();
    }
}
