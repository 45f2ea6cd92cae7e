package io.tiphys.repo.chart;

import static io.tiphys.repo.chart.IndexedChartTest.secret;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.tiphys.core.image.ImageAccess;
import io.tiphys.core.image.ImageList;
import io.tiphys.core.image.TagOrder;
import io.tiphys.core.image.TrackedImage;
import io.tiphys.core.model.GitCredential;
import io.tiphys.repo.Images;
import io.tiphys.repo.cosign.TrustedSigners;
import io.tiphys.repo.identity.Identities;
import io.tiphys.support.AzurePod;
import io.tiphys.support.ChartHost;
import io.tiphys.support.SteppedTimer;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/// A host in this process that answers as a registry does, and who asks it for images.
abstract class AgainstImages {

    static final String ROOT = "/v2/team/web/";
    static final String BUILT = "2026-01-31T12:00:00Z";

    final ChartHost host = ChartHost.start();
    final String repository =
            host.url().replace("http://", "").replace("/charts", "") + "/team/web";
    final GitCredential credential = secret(repository, Map.of("insecureOCIForceHttp", "true"));
    final SteppedTimer timer = new SteppedTimer();
    Images images;

    @TempDir Path directory;

    @BeforeEach
    void open() {
        images =
                new RegistryImages(
                        Given.config(directory),
                        new Identities(AzurePod.NONE, InstantSource.system()),
                        new TrustedSigners(Optional::empty),
                        timer);
    }

    @AfterEach
    void close() {
        host.close();
    }

    ImageAccess access() {
        return access(TagOrder.NONE);
    }

    ImageAccess access(TagOrder order) {
        return new ImageAccess(repository, Optional.empty(), credential, 0, order);
    }

    /// @param options names and values in turns
    TrackedImage tracked(String constraint, String... options) {
        var annotations = new HashMap<String, String>();
        annotations.put(ImageList.IMAGE_LIST, "app=%s:%s".formatted(repository, constraint));
        for (int i = 0; i < options.length; i += 2) {
            annotations.put(ImageList.PREFIX + "app." + options[i], options[i + 1]);
        }
        return ImageList.parse(annotations).images().getFirst();
    }

    void tags(String... tags) {
        host.file(
                ROOT + "tags/list",
                "{\"tags\": [%s]}"
                        .formatted(
                                Arrays.stream(tags)
                                        .map(it -> "\"" + it + "\"")
                                        .collect(Collectors.joining(",")))
                        .getBytes(UTF_8));
    }

    /// @return the manifest's digest
    String image(String tag, String architecture, String variant) {
        var configuration = configuration(architecture, variant);
        var digest = "sha256:" + ChartHost.digest(configuration);
        var manifest = "{\"config\": {\"digest\": \"%s\"}}".formatted(digest).getBytes(UTF_8);
        var named = "sha256:" + ChartHost.digest(manifest);
        host.file(ROOT + "blobs/" + digest, configuration)
                .file(ROOT + "manifests/" + tag, manifest)
                .file(ROOT + "manifests/" + named, manifest);
        return named;
    }

    static byte[] configuration(String architecture, String variant) {
        return """
        {"os": "linux", "architecture": "%s", "variant": "%s", "created": "%s"}\
        """
                .formatted(architecture, variant, BUILT)
                .getBytes(UTF_8);
    }
}
