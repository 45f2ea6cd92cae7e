package io.tiphys.repo.chart;

import static io.tiphys.repo.chart.IndexedChartTest.secret;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tiphys.core.image.Candidate;
import io.tiphys.core.image.ImageAccess;
import io.tiphys.core.image.Proof;
import io.tiphys.core.image.Signer;
import io.tiphys.core.image.TagOrder;
import io.tiphys.core.image.Verdict;
import io.tiphys.repo.Images;
import io.tiphys.repo.ManifestFailure;
import io.tiphys.repo.cosign.TrustedSigners;
import io.tiphys.repo.identity.Identities;
import io.tiphys.support.AzurePod;
import io.tiphys.support.ChartHost;
import io.tiphys.support.CosignKey;
import io.tiphys.support.SigstoreRoot;
import io.tiphys.support.SteppedTimer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RegistrySignaturesTest {

    private static final String ROOT = "/v2/team/web/";
    private static final CosignKey KEY = CosignKey.generate();
    private static final byte[] IMAGE = "{\"manifests\": []}".getBytes(UTF_8);
    private static final String DIGEST = "sha256:" + ChartHost.digest(IMAGE);
    private static final String TAG = DIGEST.replace(':', '-');
    private static final byte[] PAYLOAD = CosignKey.payload("registry.local/team/web", DIGEST);

    private final ChartHost host = ChartHost.start();
    private final String repository =
            host.url().replace("http://", "").replace("/charts", "") + "/team/web";
    private Images images;
    private Path root;

    @BeforeEach
    void open(@TempDir Path directory) {
        root = directory.resolve("trusted_root.json");
        images =
                new RegistryImages(
                        Given.config(directory),
                        new Identities(AzurePod.NONE, InstantSource.system()),
                        new TrustedSigners(() -> Optional.of(root)),
                        new SteppedTimer());
        host.file(ROOT + "manifests/1.0", IMAGE).file(ROOT + "manifests/" + DIGEST, IMAGE);
    }

    @AfterEach
    void close() {
        host.close();
    }

    @Test
    void a_signature_under_a_tag_made_of_the_digest_counts() {
        host.file(ROOT + "manifests/" + TAG + ".sig", manifest(signed(KEY, PAYLOAD)));

        assertThat(verdict()).isEqualTo(new Verdict.Signed(DIGEST));
    }

    @Test
    void a_signature_that_refers_to_the_image_counts() {
        refer(referrer("", manifest(signed(KEY, PAYLOAD))));

        assertThat(verdict()).isEqualTo(new Verdict.Signed(DIGEST));
    }

    @Test
    void a_bundle_counts_where_the_registry_lists_referrers_and_where_a_tag_does() {
        var bundle = KEY.bundle(CosignKey.statement(CosignKey.SIGNING, DIGEST));
        var referrer = referrer(CosignKey.BUNDLE, manifest(layer(CosignKey.BUNDLE, bundle, "")));
        host.file(ROOT + "manifests/" + TAG, index(referrer));
        assertThat(verdict()).isEqualTo(new Verdict.Signed(DIGEST));

        refer(referrer);
        assertThat(
                        images.verdict(
                                access(),
                                DIGEST,
                                new Proof.Keys(KEY.pem() + CosignKey.generate().pem())))
                .isEqualTo(new Verdict.Signed(DIGEST));
    }

    @Test
    void somebody_signs_without_a_key_whom_the_trusted_root_knows() throws IOException {
        var sigstore = new SigstoreRoot();
        var leaf = sigstore.leaf();
        var who = new Signer.Identity(SigstoreRoot.ISSUER, SigstoreRoot.SUBJECT, Optional.empty());
        var proof = new Proof.Certificate(who);
        var signature = leaf.key().signature(PAYLOAD);
        var entry = sigstore.oldBundle(leaf, PAYLOAD, signature, SigstoreRoot.NOW);
        host.file(
                ROOT + "manifests/" + TAG + ".sig",
                manifest(
                        layer(
                                CosignKey.PAYLOAD,
                                PAYLOAD,
                                """
                                "dev.cosignproject.cosign/signature": "%s",
                                "dev.sigstore.cosign/certificate": "%s",
                                "dev.sigstore.cosign/bundle": "%s"
                                """
                                        .formatted(
                                                signature,
                                                leaf.pem().replace("\n", "\\n"),
                                                entry.replace("\"", "\\\"")))));

        assertThatThrownBy(() -> images.verdict(access(), DIGEST, proof))
                .isInstanceOf(ManifestFailure.class)
                .hasMessageContaining("its file cannot be read");
        Files.write(root, sigstore.trusted());

        assertThat(images.verdict(access(), DIGEST, proof)).isEqualTo(new Verdict.Signed(DIGEST));
    }

    @Test
    void one_signature_that_counts_is_enough_whatever_lies_beside_it() {
        var foreign = manifest(signed(CosignKey.generate(), PAYLOAD));
        var gone = "{\"digest\": \"sha256:%s\"}".formatted("0".repeat(64));
        var huge = layer(CosignKey.BUNDLE, new byte[1024 * 1024 + 1], "");
        host.file(ROOT + "manifests/" + TAG + ".sig", foreign);
        refer(
                gone,
                referrer("", manifest(huge)),
                referrer("", manifest("{\"mediaType\": \"" + CosignKey.PAYLOAD + "\"}")),
                referrer("", manifest(layer("text/plain", PAYLOAD, ""))),
                referrer("", manifest(signed(KEY, PAYLOAD))));

        assertThat(verdict()).isEqualTo(new Verdict.Signed(DIGEST));
    }

    @Test
    void an_image_without_a_signature_is_not_signed() {
        assertThat(verdict()).isEqualTo(new Verdict.Unsigned("it is not signed"));
        refer();
        assertThat(unsigned(KEY.pem())).isEqualTo("it is not signed");
    }

    @Test
    void another_key_or_another_image_is_told() {
        var other = CosignKey.payload("registry.local/team/web", "sha256:" + "0".repeat(64));
        host.file(
                ROOT + "manifests/" + TAG + ".sig",
                manifest(signed(CosignKey.generate(), PAYLOAD), signed(KEY, other)));

        assertThat(unsigned(KEY.pem()))
                .isEqualTo(
                        "it has no signature that counts: it is signed by another key, or was"
                                + " changed since; another image is signed");
    }

    @Test
    void a_payload_that_was_changed_in_the_registry_is_not_believed() {
        var changed = CosignKey.payload("registry.local/evil", DIGEST);
        host.file(ROOT + "manifests/" + TAG + ".sig", manifest(signed(KEY, PAYLOAD)));
        host.file(ROOT + "blobs/sha256:" + ChartHost.digest(PAYLOAD), changed);

        assertThatThrownBy(this::verdict)
                .isInstanceOf(ManifestFailure.class)
                .hasMessageContaining("its signature is not the one that it names");
    }

    @Test
    void a_signature_that_is_too_large_is_not_read() {
        refer(
                referrer(
                        CosignKey.BUNDLE,
                        manifest(layer(CosignKey.BUNDLE, new byte[1024 * 1024 + 1], ""))));

        assertThat(unsigned(KEY.pem())).contains("its signature is larger than 1048576 bytes");
    }

    @Test
    void of_many_that_refer_to_an_image_only_some_are_looked_at() {
        var foreign = CosignKey.generate();
        var many =
                IntStream.range(0, 60)
                        .mapToObj(
                                i ->
                                        referrer(
                                                "",
                                                manifest(
                                                        signed(
                                                                foreign,
                                                                CosignKey.payload(
                                                                        "r/" + i, DIGEST)))))
                        .toArray(String[]::new);
        refer(many);

        assertThat(unsigned(KEY.pem()))
                .contains("of 60 that refer to it, no more than 50 are looked at");
        assertThat(host.asked()).hasSizeLessThan(110);
    }

    @Test
    void of_many_signatures_only_some_are_looked_at() {
        var layer = "{\"mediaType\": \"%s\"}".formatted(CosignKey.PAYLOAD);
        host.file(
                ROOT + "manifests/" + TAG + ".sig",
                manifest(Collections.nCopies(10_000, layer).toArray(String[]::new)));

        assertThat(unsigned(KEY.pem()))
                .contains("a payload has no signature")
                .contains("no more than 100 signatures are looked at");
    }

    @Test
    void what_is_said_of_an_image_and_is_no_signature_is_not_fetched() {
        var other =
                "{\"artifactType\": \"application/spdx+json\", \"digest\": \"%s\"}"
                        .formatted(DIGEST);
        refer(Collections.nCopies(9_000, other).toArray(String[]::new));

        assertThat(unsigned(KEY.pem())).isEqualTo("it is not signed");
        assertThat(host.asked()).hasSize(3);
    }

    @Test
    void a_list_of_referrers_without_an_end_is_given_up() {
        refer(Collections.nCopies(10_001, "{}").toArray(String[]::new));
        fails("more than 10,000 referrers");

        refer();
        host.link(
                ROOT + "referrers/" + DIGEST,
                "<%s>; rel=\"next\"".formatted(ROOT + "referrers/" + DIGEST));
        fails("its list of referrers goes on elsewhere");

        for (int page = 0; page < 100; page++) {
            host.file(ROOT + "referrers/p" + page, index());
            host.link(ROOT + "referrers/p" + page, "<p%d>; rel=\"next\"".formatted(page + 1));
        }
        host.link(ROOT + "referrers/" + DIGEST, "<p0>; rel=\"next\"");
        fails("its list of referrers has too many pages");

        host.link(ROOT + "referrers/" + DIGEST, "<http://other.local/p>; rel=\"next\"");
        fails("its list of referrers goes on elsewhere");
    }

    @Test
    void further_pages_are_read() {
        refer();
        host.link(ROOT + "referrers/" + DIGEST, "<next>; rel=\"next\"");
        host.file(ROOT + "referrers/next", index(referrer("", manifest(signed(KEY, PAYLOAD)))));

        assertThat(verdict()).isEqualTo(new Verdict.Signed(DIGEST));
    }

    @Test
    void a_registry_that_does_not_say_is_a_failure_and_no_signature() {
        host.file(ROOT + "manifests/" + TAG + ".sig", "no json".getBytes(UTF_8));
        fails("its manifest is no JSON");

        host.close();
        fails("cannot be read");
    }

    @Test
    void a_key_that_is_none_is_told_before_anybody_is_asked() {
        assertThatThrownBy(() -> images.verdict(access(), DIGEST, new Proof.Keys("none")))
                .hasMessageContaining("it holds no public key in PEM");
        assertThat(host.asked()).isEmpty();
    }

    @Test
    void an_image_that_is_signed_is_asked_for_once() {
        host.file(ROOT + "manifests/" + TAG + ".sig", manifest(signed(KEY, PAYLOAD)));
        var _ = verdict();
        host.asked();

        assertThat(verdict()).isEqualTo(new Verdict.Signed(DIGEST));
        assertThat(host.asked()).isEmpty();
    }

    @Test
    void a_tag_is_signed_by_what_stands_under_it() {
        host.file(ROOT + "manifests/" + TAG + ".sig", manifest(signed(KEY, PAYLOAD)));

        assertThat(verdict(Candidate.of("1.0"))).isEqualTo(new Verdict.Signed(DIGEST));
        assertThat(verdict(Candidate.of("1.0").withDigest(Optional.of(DIGEST))))
                .isEqualTo(new Verdict.Signed(DIGEST));
        assertThat(verdict(Candidate.of("1.0").withDigest(Optional.of("sha256:other"))))
                .isEqualTo(Images.MOVED);
        assertThat(verdict(Candidate.of("2.0")))
                .isEqualTo(new Verdict.Unsigned("the registry has no such tag"));
    }

    private void fails(String reason) {
        assertThatThrownBy(this::verdict)
                .isInstanceOf(ManifestFailure.class)
                .hasMessageContaining(reason);
    }

    private Verdict verdict(Candidate candidate) {
        return images.verdict(access(), candidate, new Proof.Keys(KEY.pem()));
    }

    private Verdict verdict() {
        return images.verdict(access(), DIGEST, new Proof.Keys(KEY.pem()));
    }

    /// By another spelling of the key, what was found before does not count.
    private String unsigned(String pem) {
        var verdict =
                images.verdict(access(), DIGEST, new Proof.Keys(pem + "\n#" + System.nanoTime()));
        assertThat(verdict).isInstanceOf(Verdict.Unsigned.class);
        return ((Verdict.Unsigned) verdict).reason();
    }

    private ImageAccess access() {
        return new ImageAccess(
                repository,
                Optional.empty(),
                secret(repository, Map.of("insecureOCIForceHttp", "true")),
                0,
                TagOrder.NONE);
    }

    private void refer(String... descriptors) {
        host.file(ROOT + "referrers/" + DIGEST, index(descriptors));
    }

    private static byte[] index(String... descriptors) {
        return "{\"manifests\": [%s]}".formatted(String.join(",", descriptors)).getBytes(UTF_8);
    }

    private static byte[] manifest(String... layers) {
        return "{\"layers\": [%s]}".formatted(String.join(",", layers)).getBytes(UTF_8);
    }

    private String referrer(String type, byte[] manifest) {
        var digest = "sha256:" + ChartHost.digest(manifest);
        host.file(ROOT + "manifests/" + digest, manifest);
        return "{\"artifactType\": \"%s\", \"digest\": \"%s\"}".formatted(type, digest);
    }

    private String signed(CosignKey key, byte[] payload) {
        return layer(
                CosignKey.PAYLOAD,
                payload,
                "\"dev.cosignproject.cosign/signature\": \"%s\"".formatted(key.signature(payload)));
    }

    private String layer(String type, byte[] content, String annotations) {
        var digest = "sha256:" + ChartHost.digest(content);
        host.file(ROOT + "blobs/" + digest, content);
        return "{\"mediaType\": \"%s\", \"digest\": \"%s\", \"annotations\": {%s}}"
                .formatted(type, digest, annotations);
    }
}
