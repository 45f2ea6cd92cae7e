package io.tiphys.journey;

import static io.tiphys.support.Tiphys.asSoonAs;
import static org.assertj.core.api.Assertions.assertThat;

import io.tiphys.support.Deliveries;
import io.tiphys.support.EventLog;
import io.tiphys.support.SampleClone;
import io.tiphys.support.Tiphys;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import org.eclipse.jgit.lib.ObjectId;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// A service that is killed in the middle of its work, with kill -9, does it after the next start:
/// all of it, and once.
class CrashJourneyIT {

    private static final String DEPLOYMENT = "guestbook/deployment.yaml";
    private static final String IMAGE = "team/guestbook";
    private static final int ENOUGH = 20;

    private static Tiphys tiphys;
    private static SampleClone clone;

    /// Points on a push's way, each seen from outside.
    enum Moment {
        PUSH_RETURNED,
        EVENT_LOGGED,
        MIRROR_FETCHED,
        DEPLOYMENT_WRITTEN
    }

    @BeforeAll
    static void start(@TempDir Path data) {
        tiphys = Tiphys.start(data);
        clone = tiphys.cloneSample();
    }

    @AfterAll
    static void end() throws IOException {
        clone.close();
        tiphys.close();
    }

    @ParameterizedTest
    @EnumSource
    void a_push_arrives_although_the_service_was_killed_at(Moment moment) throws Exception {
        // Given
        tiphys.awaitSynced("guestbook", clone.update().tip());
        int replicas = tiphys.deployment("guestbook", "guestbook").getSpec().getReplicas() + 1;
        var events = new EventLog(tiphys);
        long generation = generation();
        var commit =
                clone.edit(
                                DEPLOYMENT,
                                it -> it.replaceFirst("replicas: \\d+", "replicas: " + replicas))
                        .push("Run " + replicas);

        // When
        switch (moment) {
            case PUSH_RETURNED -> {}
            case EVENT_LOGGED ->
                    asSoonAs(
                            () ->
                                    events.records("tiphys.git-events").stream()
                                            .anyMatch(
                                                    it -> new String(it.value()).contains(commit)));
            case MIRROR_FETCHED -> asSoonAs(() -> mirrored(commit));
            case DEPLOYMENT_WRITTEN -> asSoonAs(() -> generation() > generation);
        }
        tiphys.kill();
        tiphys.restart();

        // Then
        var state = tiphys.awaitSynced("guestbook", commit).at("/status/operationState");
        assertThat(state.path("phase").asText()).isEqualTo("Succeeded");
        assertThat(tiphys.deployment("guestbook", "guestbook").getSpec().getReplicas())
                .isEqualTo(replicas);
    }

    @Test
    void every_delivery_that_was_accepted_is_in_the_log() throws Exception {
        // Given
        var deliveries = new Deliveries(tiphys);
        var tip = clone.tip();
        var body =
                Deliveries.push(tiphys.endpoint("sampleRepository"), ObjectId.zeroId().name(), tip);
        var accepted = new ArrayList<String>();
        var enough = new CompletableFuture<Void>();
        var killer = enough.thenRunAsync(tiphys::kill);

        // When
        try {
            for (int i = 0; !killer.isDone(); i++) {
                if (deliveries.fromGitHub("crash-" + i, body).statusCode() == 202) {
                    accepted.add("crash-" + i);
                }
                if (accepted.size() == ENOUGH) {
                    enough.complete(null);
                }
            }
        } catch (UncheckedIOException killed) {
            assertThat(accepted).hasSizeGreaterThanOrEqualTo(ENOUGH);
        }
        killer.join();
        tiphys.restart();

        // Then
        var logged =
                new EventLog(tiphys)
                        .records("tiphys.git-events").stream()
                                .map(it -> new String(it.value()))
                                .toList();
        assertThat(accepted)
                .allSatisfy(id -> assertThat(logged).anyMatch(it -> it.contains("\"" + id + ":")));
        tiphys.awaitSynced("guestbook", tip);
    }

    @Test
    void an_image_notification_becomes_one_commit_when_killed_before_it_is_written()
            throws Exception {
        becomesOneCommit(() -> true);
    }

    @Test
    void an_image_notification_becomes_one_commit_when_killed_as_it_is_written() throws Exception {
        var branch = tiphys.data().resolve("sample.git/refs/heads/main");
        var before = Files.readString(branch);
        becomesOneCommit(() -> !Files.readString(branch).equals(before));
    }

    private static void becomesOneCommit(Callable<Boolean> moment) throws Exception {
        // Given
        var base = clone.update().tip();
        tiphys.awaitSynced("guestbook", base);
        var tag = clone.read(DEPLOYMENT).replaceAll("(?s).*guestbook:1\\.(\\d+)\\.0.*", "$1");
        int next = Integer.parseInt(tag) + 1;

        // When
        assertThat(notify(next)).isEqualTo(202);
        asSoonAs(moment);
        tiphys.kill();
        tiphys.restart();

        // Then
        var commit = clone.awaitTipAfter(base);
        tiphys.awaitSynced("guestbook", commit);
        // What comes after shows that nothing more came of this.
        assertThat(notify(next + 1)).isEqualTo(202);
        var last = clone.awaitTipAfter(commit);
        assertThat(clone.commits(base, last)).containsExactly(last, commit);
        assertThat(clone.files(commit).toString()).contains("guestbook:1." + next + ".0");
        assertThat(clone.files(last).toString()).contains("guestbook:1." + (next + 1) + ".0");
    }

    private static int notify(int minor) {
        return new Deliveries(tiphys).imagePushed(IMAGE, "1." + minor + ".0").statusCode();
    }

    private static long generation() {
        return tiphys.deployment("guestbook", "guestbook").getMetadata().getGeneration();
    }

    private static boolean mirrored(String commit) throws IOException {
        try (var mirrors = Files.list(tiphys.data().resolve("repositories"))) {
            return mirrors.map(it -> it.resolve("refs/heads/main"))
                    .filter(Files::exists)
                    .anyMatch(it -> read(it).strip().equals(commit));
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
