package io.tiphys.repo.render;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tiphys.core.model.Manifest;
import io.tiphys.core.model.Source;
import io.tiphys.core.model.Source.Helm;
import io.tiphys.repo.JoinedFolder;
import io.tiphys.repo.ManifestFailure;
import io.tiphys.repo.RenderRequest;
import io.tiphys.repo.Rendered;
import io.tiphys.repo.Rendering;
import io.tiphys.repo.render.ChartFiles.Asks;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.Set;
import java.util.regex.Pattern;

/// Renders Helm charts as Argo CD does: by `helm template`, never installed. What the options mean
/// is [HelmTemplate]'s, what Helm reads is [ChartFiles]' and [ValueFiles]'.
@Singleton
class HelmRenderer {

    private static final String FIELD = "spec.source.helm.";

    /// Helm 4 renders charts for Helm 3.
    private static final Set<String> VERSIONS = Set.of("", "v3", "v4");

    /// How many charts are remembered not to ask for anything.
    private static final int MAX_KNOWN = 4096;

    private static final ObjectMapper JSON = new ObjectMapper();

    private static final Pattern DOCUMENT = Pattern.compile("(?m)^---(?=\\s|$)");

    private static final Pattern ORIGIN = Pattern.compile("\\A\\s*# Source: [^/\\n]+/(.*)");

    private final Tools tools;
    private final Jail jail;
    private final WorkingFolders folders;
    private final ChartDependencies dependencies;
    private final Remotes remotes;
    private final SequencedMap<String, Asks> known = new LinkedHashMap<>(64, 0.75f, true);

    HelmRenderer(
            Tools tools,
            Jail jail,
            WorkingFolders folders,
            ChartDependencies dependencies,
            Remotes remotes) {
        this.tools = tools;
        this.jail = jail;
        this.folders = folders;
        this.dependencies = dependencies;
        this.remotes = remotes;
    }

    /// @param helm options, as the source has them
    Rendering plan(RenderRequest request, Helm helm) {
        if (!VERSIONS.contains(helm.version())) {
            throw new ManifestFailure(
                    FIELD + "version: Helm " + helm.version() + " is not supported");
        }
        try (var reading = remotes.of(request)) {
            return plan(request, helm, reading);
        }
    }

    private Rendering plan(RenderRequest request, Helm helm, Remotes.Of reading) {
        var tool = tools.helm();
        var remote = new RemoteFolder(reading, request.build().tools().valueFileSchemes());
        var root = JoinedFolder.of(request.root(), RemoteFolder.NAME, remote);
        var variables = BuildVariables.of(request);
        var path = request.source().path();
        var files = new FileSet(root);
        var chart = ChartFiles.of(files, files.resolve(path));
        var named = new ValueFiles(root, path, variables, remote, files);
        var valueFiles =
                named.all(FIELD + "valueFiles", helm.valueFiles(), helm.ignoreMissingValueFiles());
        var setFile = new LinkedHashMap<String, String>();
        for (var parameter : helm.fileParameters()) {
            setFile.putLast(
                    parameter.name(), named.one(FIELD + "fileParameters", parameter.path()));
        }
        var values = values(helm);
        var parameters = helm.parameters().toString();
        var asks = asks(chart).and(Asks.of(values)).and(Asks.of(parameters));
        if (asks.files()) {
            chart.takeAll();
            asks = asks.and(asks(chart));
        }
        var build = request.build();
        var template =
                new HelmTemplate(
                        or(helm.releaseName(), release(build.application())),
                        or(helm.namespace(), build.namespace()),
                        HelmTemplate.kubeVersion(
                                FIELD, or(helm.kubeVersion(), build.kubeVersion())),
                        apiVersions(asks, helm, build.apiVersions()),
                        valueFiles,
                        values,
                        HelmTemplate.set(helm.parameters(), false, variables),
                        HelmTemplate.set(helm.parameters(), true, variables),
                        setFile,
                        helm.skipCrds(),
                        helm.skipTests(),
                        helm.skipSchemaValidation());
        var inputs =
                Inputs.of(
                        "helm",
                        tool.version(),
                        chart.path(),
                        template,
                        files.ids(),
                        ChartDependencies.named(chart, request.access()),
                        // What came out for one Application need not come out for another.
                        asks.chance() ? build.application() : "");
        return new Rendering(
                Source.Type.HELM,
                inputs,
                asks.chance(),
                () -> render(request, tool, chart, template));
    }

    /// Argo CD's: an object replaces the text.
    private static String values(Helm helm) {
        try {
            // JSON is YAML.
            return helm.valuesObject().isEmpty()
                    ? helm.values()
                    : JSON.writeValueAsString(helm.valuesObject());
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("What was read as JSON is none", impossible);
        }
    }

    /// The application's name without the namespace that may stand in front of it.
    private static String release(String application) {
        return application.substring(application.indexOf('_') + 1);
    }

    private static List<String> apiVersions(Asks asks, Helm helm, List<String> ofCluster) {
        if (!asks.apis()) {
            return List.of();
        }
        return helm.apiVersions().isEmpty() ? ofCluster : helm.apiVersions();
    }

    private static String or(String text, String otherwise) {
        return text.isEmpty() ? otherwise : text;
    }

    private Asks asks(ChartFiles chart) {
        var id = Inputs.of(chart.files().ids());
        synchronized (known) {
            var asks = known.get(id);
            if (asks != null) {
                return asks;
            }
        }
        var asks = chart.asks();
        synchronized (known) {
            known.put(id, asks);
            if (known.size() > MAX_KNOWN) {
                known.pollFirstEntry();
            }
        }
        return asks;
    }

    private Rendered render(
            RenderRequest request, Tool helm, ChartFiles chart, HelmTemplate template) {
        try (var folder = folders.open()) {
            chart.files().writeTo(folder);
            var values = Files.writeString(folder.home().resolve("values.yaml"), template.values());
            dependencies.build(request, chart, folder);
            var run =
                    new Run(
                            helm,
                            folder,
                            template.arguments(folder.files(), values).toArray(String[]::new));
            return rendered(jail.run(run.in(chart.path()).with(Tools.SHORT_LIVED)));
        } catch (IOException full) {
            throw new UncheckedIOException("A working folder cannot be written", full);
        }
    }

    /// Helm writes in front of every document which template it comes from, in the chart's folder.
    private static Rendered rendered(byte[] output) {
        var manifests = new ArrayList<Manifest>();
        var origin = "the chart";
        for (var document : DOCUMENT.splitAsStream(new String(output, UTF_8)).toList()) {
            var source = ORIGIN.matcher(document);
            if (source.find()) {
                origin = source.group(1);
            }
            for (var object : ManifestYaml.documents(origin, document.getBytes(UTF_8))) {
                Manifests.add(object, origin, manifests);
            }
        }
        return Rendered.of(manifests);
    }
}
