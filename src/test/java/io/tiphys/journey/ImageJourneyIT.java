package io.tiphys.journey;

import static io.tiphys.support.Tiphys.eventually;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tiphys.support.Deliveries;
import io.tiphys.support.EventLog;
import io.tiphys.support.SampleClone;
import io.tiphys.support.SharedTiphys;
import io.tiphys.support.Tiphys;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// An image's new tag reaches Git, and from there the cluster.
///
/// Notifications of one image are handled in their order: what a later one brought shows that an
/// earlier one brought nothing.
@ExtendWith(SharedTiphys.class)
class ImageJourneyIT {

    private static final String REPOSITORY = "team/guestbook";
    private static final String DEPLOYMENT = "guestbook/deployment.yaml";

    private final Tiphys tiphys;
    private final SampleClone clone;
    private final Deliveries deliveries;
    private final String before;
    private final int minor;

    ImageJourneyIT(Tiphys tiphys, SampleClone clone) throws Exception {
        this.tiphys = tiphys;
        this.clone = clone;
        deliveries = new Deliveries(tiphys);
        before = clone.tip();
        var tag = clone.read(DEPLOYMENT).replaceAll("(?s).*guestbook:1\\.(\\d+)\\.0.*", "$1");
        minor = Integer.parseInt(tag);
    }

    @Test
    void a_newer_tag_is_committed_and_deployed() throws Exception {
        // When
        notify(minor + 1);

        // Then
        var commit = clone.awaitTipAfter(before);
        assertThat(clone.commits(before, commit)).containsExactly(commit);
        var expected = clone.files(before);
        expected.replaceAll(
                (file, text) ->
                        file.endsWith(" " + DEPLOYMENT)
                                ? text.replace(
                                        "guestbook:" + tag(minor), "guestbook:" + tag(minor + 1))
                                : text);
        assertThat(clone.files(commit)).isEqualTo(expected).isNotEqualTo(clone.files(before));
        var status = tiphys.awaitSynced("guestbook", commit).path("status");
        assertThat(status.at("/summary/images").toString()).contains(tag(minor + 1));
        assertThat(image()).isEqualTo("registry.local/team/guestbook:" + tag(minor + 1));
        awaitMerged(commit);
    }

    @Test
    void the_same_notification_again_writes_nothing() throws Exception {
        // Given
        notify(minor + 1);
        var first = clone.awaitTipAfter(before);

        // When
        notify(minor + 1);
        notify(minor + 2);

        // Then
        var second = clone.awaitTipAfter(first);
        assertThat(clone.commits(before, second)).isEqualTo(List.of(second, first));
    }

    @Test
    void an_older_tag_and_one_outside_the_constraint_write_nothing() throws Exception {
        // When
        notify("0.9.0");
        notify("2.0.0");
        notify("latest");
        notify(minor + 1);

        // Then
        var commit = clone.awaitTipAfter(before);
        assertThat(clone.commits(before, commit)).containsExactly(commit);
        tiphys.awaitSynced("guestbook", commit);
        assertThat(image()).endsWith(tag(minor + 1));
    }

    private void awaitMerged(String commit) {
        var told = eventually().until(() -> changes(commit), it -> !it.isEmpty());
        assertThat(told).hasSize(1);
        assertThat(Tiphys.json(new String(told.getFirst().value(), UTF_8)).at("/context/type"))
                .hasToString("\"dev.cdevents.change.merged.0.3.0\"");
    }

    private List<ConsumerRecord<String, byte[]>> changes(String commit) {
        return new EventLog(tiphys)
                .records("tiphys.changes").stream()
                        .filter(it -> EventLog.text(it.headers(), "ce_subject").equals(commit))
                        .toList();
    }

    private void notify(int minor) {
        notify(tag(minor));
    }

    private void notify(String tag) {
        assertThat(deliveries.imagePushed(REPOSITORY, tag).statusCode()).isEqualTo(202);
    }

    private static String tag(int minor) {
        return "1." + minor + ".0";
    }

    private String image() {
        var pods = tiphys.deployment("guestbook", "guestbook").getSpec().getTemplate().getSpec();
        return pods.getContainers().getFirst().getImage();
    }
}
