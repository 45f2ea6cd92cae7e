package io.tiphys.repo.chart;

import io.tiphys.core.event.ApplicationCommand.FetchDemand;
import io.tiphys.core.model.ChartVersions;
import io.tiphys.repo.Artefact;
import io.tiphys.repo.Digest;
import io.tiphys.repo.Folder;
import io.tiphys.repo.ManifestFailure;
import io.tiphys.repo.chart.Registry.Layer;
import io.tiphys.repo.chart.Registry.Manifest;
import io.tiphys.repo.host.Seen;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;

/// What one repository of a registry holds: a Helm chart, or an archive of files.
final class RegistryArtefact implements Artefact {

    private static final String HELM = "application/vnd.cncf.helm.config.v1+json";
    private static final String HELM_LAYER = "application/vnd.cncf.helm.chart.content.v1.tar+gzip";

    /// Argo CD's, where nobody says otherwise.
    private static final List<String> LAYERS =
            List.of(
                    "application/vnd.oci.image.layer.v1.tar",
                    "application/vnd.oci.image.layer.v1.tar+gzip",
                    HELM_LAYER);

    /// Tags and digests that are remembered.
    private static final int MAX_KNOWN = 100;

    private final Registry registry;
    private final String owner;
    private final Archives archives;
    private final Seen<List<String>> tags = new Seen<>();
    private final SequencedMap<String, Seen<Optional<Manifest>>> manifests =
            new LinkedHashMap<>(16, 0.75f, true);

    /// @param owner whose credentials it is read with, by the name of the Secret
    RegistryArtefact(Registry registry, String owner, Archives archives) {
        this.registry = registry;
        this.owner = owner;
        this.archives = archives;
    }

    /// It names its versions by its tags.
    Artefact asChart() {
        return new Artefact() {
            @Override
            public String resolve(String targetRevision, FetchDemand fetch) {
                return version(targetRevision, fetch);
            }

            @Override
            public Folder folder(String version, String path) {
                return RegistryArtefact.this.folder(
                        manifest(version, FetchDemand.ANY)
                                .orElseThrow(() -> missing(version, List.of())),
                        path);
            }
        };
    }

    @Override
    public String resolve(String targetRevision, FetchDemand fetch) {
        var version = version(targetRevision, fetch);
        return manifest(version, FetchDemand.ANY)
                .orElseThrow(() -> missing(targetRevision, List.of()))
                .digest();
    }

    @Override
    public Folder folder(String version, String path) {
        return folder(
                manifest(version, FetchDemand.ANY).orElseThrow(() -> missing(version, List.of())),
                path);
    }

    private String version(String wanted, FetchDemand fetch) {
        if (!ChartVersions.mayMove(wanted) && manifest(wanted, fetch).isPresent()) {
            return wanted;
        }
        if (Digest.isOne(wanted)) {
            throw missing(wanted, List.of());
        }
        // Tags cannot have a plus, which versions may.
        var versions =
                tags.get(fetch, _ -> registry.tags()).stream()
                        .map(it -> it.replace('_', '+'))
                        .toList();
        var version =
                ChartVersions.choose(wanted, versions).orElseThrow(() -> missing(wanted, versions));
        if (manifest(version, fetch).isEmpty()) {
            throw missing(version, versions);
        }
        return version;
    }

    private ManifestFailure missing(String wanted, List<String> versions) {
        var known = versions.isEmpty() ? "" : ": " + ChartVersions.shown(versions);
        return new ManifestFailure(
                "The repository %s has no version '%s', or hides it%s"
                        .formatted(registry.shown(), wanted, known));
    }

    private Optional<Manifest> manifest(String version, FetchDemand fetch) {
        boolean fixed = Digest.isOne(version);
        var reference = fixed ? version : version.replace('+', '_');
        if (!fixed && !Registry.isTag(reference)) {
            return Optional.empty();
        }
        return seen(reference)
                .get(
                        fetch,
                        before ->
                                fixed && before.isPresent() && before.get().isPresent()
                                        ? before.get()
                                        : registry.manifest(reference));
    }

    private Seen<Optional<Manifest>> seen(String reference) {
        synchronized (manifests) {
            var seen = manifests.computeIfAbsent(reference, _ -> new Seen<>());
            if (manifests.size() > MAX_KNOWN) {
                manifests.pollFirstEntry();
            }
            return seen;
        }
    }

    private Folder folder(Manifest manifest, String path) {
        boolean helm = manifest.configType().equals(HELM);
        var layer = layer(manifest, helm);
        var title = "The artefact " + registry.shown();
        var archive =
                archives.open(
                        new Archives.Wanted(
                                String.join("\n", registry.shown(), owner, layer.digest()),
                                title,
                                layer.digest(),
                                out -> registry.blob(layer.digest(), out)));
        return (helm ? archive.chart(title) : archive).at(path, title);
    }

    /// The one layer that has files. Others may be signatures and the like.
    private Layer layer(Manifest manifest, boolean helm) {
        var content =
                manifest.layers().stream()
                        .filter(it -> helm ? it.type().equals(HELM_LAYER) : isPacked(it.type()))
                        .toList();
        if (content.size() != 1) {
            throw new ManifestFailure(
                    "The artefact %s must have one layer with files, and has %d"
                            .formatted(registry.shown(), content.size()));
        }
        if (!LAYERS.contains(content.getFirst().type())) {
            throw new ManifestFailure(
                    "The artefact %s has its files in a layer of the type %s; it must be one of %s"
                            .formatted(
                                    registry.shown(),
                                    content.getFirst().type(),
                                    String.join(", ", LAYERS)));
        }
        return content.getFirst();
    }

    private static boolean isPacked(String type) {
        return type.endsWith("tar") || type.endsWith("tar+gzip") || type.endsWith("tar.gzip");
    }
}
