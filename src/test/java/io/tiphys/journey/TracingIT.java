package io.tiphys.journey;

import static io.tiphys.support.TraceCollector.SOMEBODY_ELSE;
import static io.tiphys.support.TraceCollector.attribute;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Span.SpanKind;
import io.tiphys.support.Deliveries;
import io.tiphys.support.EventLog;
import io.tiphys.support.Tiphys;
import io.tiphys.support.TraceCollector;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A collector is told of each delivery, from its request to what was done about it, in one trace.
class TracingIT {

    private static final String DEPLOYMENT = "guestbook/deployment.yaml";
    private static final String SECRET = "a-secret-that-a-url-carries";
    private static final String PUSHER = "who-pushed-stands-in-the-payload";
    private static final String AGENT = "what-calls-itself-so-in-a-header";

    @TempDir private static Path directory;
    private static TraceCollector collector;
    private static Tiphys tiphys;

    private final String traceId = UUID.randomUUID().toString().replace("-", "");
    private final String spanId = traceId.substring(16);
    private final String traceparent = "00-%s-%s-01".formatted(traceId, spanId);

    @BeforeAll
    static void start() {
        collector = new TraceCollector();
        var settings = new ArrayList<String>();
        collector.settings().forEach((name, value) -> settings.add(name + "=" + value));
        settings.add("tiphys.webhook.secrets.\"webhook.dockerhub.secret\"=" + SECRET);
        tiphys = Tiphys.start(directory.resolve("data"), settings.toArray(String[]::new));
    }

    @AfterAll
    static void stop() {
        tiphys.stop();
        tiphys.assertNoTroubleInLog();
        tiphys.close();
        collector.close();
    }

    @Test
    void a_push_is_one_trace_from_its_request_to_the_sync() throws Exception {
        try (var clone = tiphys.cloneSample()) {
            tiphys.awaitSynced("guestbook", clone.tip());

            clone.edit(DEPLOYMENT, it -> it.replaceFirst("replicas: \\d+", "replicas: 5"))
                    .push("Run five");

            var sync =
                    collector.await(
                            "sync",
                            "refresh",
                            "process tiphys.commands",
                            "send tiphys.commands",
                            "process tiphys.git-events",
                            "send tiphys.git-events",
                            "POST /api/webhook");
            assertThat(attribute(sync, "tiphys.application")).isEqualTo("argocd/guestbook");
            assertThat(sync.getStatus().getCodeValue()).isZero();
            var told =
                    collector.await(
                            it ->
                                    it.getName().equals("send tiphys.application-events")
                                            && it.getParentSpanId().equals(sync.getParentSpanId()));
            assertThat(told.getKind()).isEqualTo(SpanKind.SPAN_KIND_PRODUCER);
        }
    }

    @Test
    void a_new_tag_is_one_trace_from_its_request_to_the_commit_and_on() throws Exception {
        try (var clone = tiphys.cloneSample()) {
            var before = clone.tip();

            new Deliveries(tiphys).imagePushed("team/guestbook", "1.77.0");

            clone.awaitTipAfter(before);
            collector.await(
                    "process tiphys.commands",
                    "send tiphys.commands",
                    "process tiphys.write-backs",
                    "send tiphys.write-backs",
                    "process tiphys.image-events",
                    "send tiphys.image-events",
                    "POST /api/registry-webhook/:provider");
        }
    }

    @Test
    void the_senders_trace_is_continued_to_the_record_and_beyond() {
        assertThat(imageOnDockerHub("/api/registry-webhook/dockerhub?secret=" + SECRET))
                .isEqualTo(202);

        var processed =
                collector.await(
                        it ->
                                it.getName().equals("process tiphys.image-events")
                                        && isOfThisTest(it));
        var sent = collector.awaitParent(processed);
        var request = collector.awaitParent(sent);
        assertThat(hex(request.getParentSpanId())).isEqualTo(spanId);
        assertThat(request.getKind()).isEqualTo(SpanKind.SPAN_KIND_SERVER);
        assertThat(attribute(request, "url.path")).isEqualTo("/api/registry-webhook/dockerhub");
        assertThat(attribute(request, "http.response.status_code")).isEqualTo("202");
        assertThat(new EventLog(tiphys).records("tiphys.image-events"))
                .extracting(it -> EventLog.text(it.headers(), "traceparent"))
                .contains("00-%s-%s-01".formatted(traceId, hex(sent.getSpanId())));
        assertThat(new EventLog(tiphys).records("tiphys.image-events"))
                .extracting(it -> EventLog.text(it.headers(), "tracestate"))
                .contains("vendor=1");
    }

    @Test
    void the_trace_of_another_producer_is_continued() throws Exception {
        try (var clone = tiphys.cloneSample()) {
            tiphys.awaitSynced("guestbook", clone.tip());
            var url = tiphys.endpoint("sampleRepository");
            var repository = url.replaceFirst("^https?://", "").replaceFirst("\\.git$", "");
            var push =
                    """
                    {"id": "%s", "repository": "%s", "ref": "refs/heads/main", "before": "%s",
                     "after": "%s", "changedPaths": ["%s"], "pathsComplete": true,
                     "defaultBranch": "main", "provider": "ci"}\
                    """
                            .formatted(
                                    traceId, repository, "1".repeat(40), clone.tip(), DEPLOYMENT);

            new EventLog(tiphys)
                    .produce(
                            "tiphys.git-events",
                            repository,
                            push.getBytes(UTF_8),
                            Map.of(
                                    "ce_type", "io.tiphys.git.pushed".getBytes(UTF_8),
                                    "traceparent", traceparent.getBytes(UTF_8)));

            collector.await(
                    this::isOfThisTest,
                    "refresh",
                    "process tiphys.commands",
                    "send tiphys.commands",
                    "process tiphys.git-events",
                    SOMEBODY_ELSE);
            var processed =
                    collector.await(
                            it ->
                                    it.getName().equals("process tiphys.git-events")
                                            && isOfThisTest(it));
            assertThat(hex(processed.getParentSpanId())).isEqualTo(spanId);
            assertThat(processed.getKind()).isEqualTo(SpanKind.SPAN_KIND_CONSUMER);
            assertThat(attribute(processed, "messaging.kafka.message.key")).isEqualTo(repository);
        }
    }

    @Test
    void no_secret_and_nothing_of_the_payload_or_the_headers_is_told() {
        assertThat(imageOnDockerHub("/webhook?type=dockerhub&secret=" + SECRET)).isEqualTo(202);
        assertThat(imageOnDockerHub("/api/webhook?type=dockerhub&secret=not-" + SECRET))
                .isEqualTo(401);

        collector.await(it -> it.getName().equals("POST /webhook") && isOfThisTest(it));
        collector.await(it -> it.getName().equals("POST /api/webhook") && isOfThisTest(it));
        collector.await(it -> it.getName().equals("send tiphys.deliveries") && isOfThisTest(it));
        assertThat(collector.text()).contains("/webhook").doesNotContain(SECRET, PUSHER, AGENT);
    }

    private int imageOnDockerHub(String path) {
        var body =
                """
                {"push_data": {"pushed_at": 1795000000, "pusher": "%s", "tag": "1.0.0"},
                 "repository": {"repo_name": "nobody/%s"}}\
                """
                        .formatted(PUSHER, traceId);
        return tiphys.post(
                        path,
                        body.getBytes(UTF_8),
                        "traceparent",
                        traceparent,
                        "tracestate",
                        "vendor=1",
                        "User-Agent",
                        AGENT)
                .statusCode();
    }

    private boolean isOfThisTest(Span span) {
        return hex(span.getTraceId()).equals(traceId);
    }

    private static String hex(ByteString id) {
        return HexFormat.of().formatHex(id.toByteArray());
    }
}
